const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { kitCount } = load(["kit-count"]);

test("an emoji counts as one sign, spaces around a text as none", () => {
  assert.equal(kitCount.lengthOf("  a😀b "), 3);
});

test("a text says how long it is only near its limit and beyond", () => {
  const words = { near: "{count} sur {most}", over: "{over} de trop" };
  assert.equal(kitCount.describe(899, 1000, words), "");
  assert.equal(kitCount.describe(900, 1000, words), "900 sur 1\u202f000");
  assert.equal(kitCount.describe(1000, 1000, words), "1\u202f000 sur 1\u202f000");
  assert.equal(kitCount.describe(1002, 1000, words), "2 de trop");
});
