const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

test("arrows go round the options, from the first or the last one", () => {
  const { nextOption } = load(["kit-picker"]).kitPicker;
  assert.equal(nextOption(-1, 1, 3), 0);
  assert.equal(nextOption(-1, -1, 3), 2);
  assert.equal(nextOption(2, 1, 3), 0);
  assert.equal(nextOption(0, -1, 3), 2);
  assert.equal(nextOption(0, 1, 0), -1);
});

test("the columns of a phone are read with their widths", () => {
  const { kitGrid } = load(["kit-grid"], { window: { React: { lazy() {} } } });
  assert.deepEqual(kitGrid.parseColumns("name:180 state"), [
    { field: "name", width: 180 },
    { field: "state", width: null },
  ]);
});
