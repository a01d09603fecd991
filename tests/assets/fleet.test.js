const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { fleet } = load([
  "consumption-chart",
  "consumption-day",
  "consumption-later",
  "consumption-origin",
  "consumption-overview",
  "consumption-picture",
  "consumption",
  "fleet",
]);

test("keys go from row to row, enter by either end and stop there", () => {
  assert.equal(fleet.rowAfter(-1, 1, 5), 0);
  assert.equal(fleet.rowAfter(-1, -1, 5), 4);
  assert.equal(fleet.rowAfter(2, 1, 5), 3);
  assert.equal(fleet.rowAfter(4, 1, 5), 4);
  assert.equal(fleet.rowAfter(0, -1, 5), 0);
});
