const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

test("a page is marked by the nearest entry of the menu", () => {
  const { nearestEntry } = load(["frame"]).frame;
  const entries = ["/", "/consommations", "/consommations/parc", "/droits"];
  assert.equal(nearestEntry(entries, "/"), "/");
  assert.equal(nearestEntry(entries, "/consommations"), "/consommations");
  assert.equal(nearestEntry(entries, "/consommations/parc/1"), "/consommations/parc");
  assert.equal(nearestEntry(entries, "/consommations-autres"), undefined);
});
