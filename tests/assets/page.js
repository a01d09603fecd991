/* A page of its own for each test: runs scripts of assets/ on the little of a browser that they need
   when they load, and returns the constants that they are. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const CONSTANT = /^const (\w+) = \(\(\) =>/gm;

class Element {}
class MutationObserver {
  observe() {}
}

function emptyDocument() {
  return {
    documentElement: { lang: "fr" },
    cookie: "",
    addEventListener() {},
    getElementById: () => null,
    querySelector: () => null,
    querySelectorAll: () => [],
  };
}

function emptyWindow() {
  return {
    location: { pathname: "/", search: "", origin: "http://portal.test", href: "http://portal.test/" },
    addEventListener() {},
    setInterval() {},
    matchMedia: () => ({ matches: false }),
    dash_clientside: { no_update: "no update", set_props() {} },
  };
}

/** Run base.js and the scripts of *names*, in this order.
 * @param {string[]} names without their ending
 * @param {{document?: object, window?: object}} [given] what a test puts in place of ours */
function load(names, given = {}) {
  const source = ["base", ...names]
    .map((name) => readFileSync(join(__dirname, "../../assets", `${name}.js`), "utf8"))
    .join("\n");
  const constants = [...source.matchAll(CONSTANT)].map(([, name]) => name);
  const document = { ...emptyDocument(), ...given.document };
  const window = { ...emptyWindow(), ...given.window, document };
  const globals = { window, document, Element, HTMLElement: Element, MutationObserver };
  const run = new Function(...Object.keys(globals), `${source}\nreturn { ${constants.join(", ")} };`);
  return { ...run(...Object.values(globals)), window, document };
}

module.exports = { load };
