const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

test("a page is marked by the nearest entry of the menu", () => {
  const { nearestEntry } = load(["frame-search", "frame"]).frame;
  const entries = ["/", "/consommations", "/consommations/parc", "/droits"];
  assert.equal(nearestEntry(entries, "/"), "/");
  assert.equal(nearestEntry(entries, "/consommations"), "/consommations");
  assert.equal(nearestEntry(entries, "/consommations/parc/1"), "/consommations/parc");
  assert.equal(nearestEntry(entries, "/consommations-autres"), undefined);
});

test("the search is called by a slash unless one types, and by Ctrl+K or Command+K anywhere", () => {
  const { isCall } = load(["frame-search"]).frameSearch;
  const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });
  assert.equal(isCall(key("/"), false), true);
  assert.equal(isCall(key("/"), true), false);
  assert.equal(isCall(key("K", { ctrlKey: true }), true), true);
  assert.equal(isCall(key("k", { metaKey: true }), true), true);
  assert.equal(isCall(key("k"), false), false);
});

test("the keys are listed by a question mark, unless one types or letters are turned off", () => {
  const { isCall } = load(["frame-keys"]).frameKeys;
  const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });
  assert.equal(isCall(key("?"), false, true), true);
  assert.equal(isCall(key("?"), true, true), false);
  assert.equal(isCall(key("?"), false, false), false);
  assert.equal(isCall(key("?", { ctrlKey: true }), false, true), false);
  assert.equal(isCall(key("/"), false, true), false);
});
