const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

test("the time that a code has left is said to the second, then that it is over", () => {
  const { contractsClock } = load(["contracts-clock"]);
  const words = { words: "encore {left}", over: "expiré" };
  assert.equal(contractsClock.describe(605, words), "encore 10 min 05 s");
  assert.equal(contractsClock.describe(59, words), "encore 0 min 59 s");
  assert.equal(contractsClock.describe(0, words), "expiré");
  assert.equal(contractsClock.describe(-3, words), "expiré");
});
