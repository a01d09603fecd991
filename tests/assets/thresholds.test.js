const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { thresholds, thresholdsFigure } = load(["thresholds-figure", "thresholds"]);
const FIGURE = { ...thresholdsFigure.empty(), top: 100, step: 5, count: 4, slots: [0, 1, 1, 2] };

test("a text is drawn when it is a positive number, as French or English write it", () => {
  const { parseValue } = thresholds;
  assert.equal(parseValue("1\u202f234,5"), 1234.5);
  assert.equal(parseValue("1 000"), 1000);
  assert.equal(parseValue("12.5"), 12.5);
  for (const text of ["", "abc", "-3", "1,2,3", "12 kWh"]) assert.equal(parseValue(text), null);
});

test("commas between thousands are English alone", () => {
  assert.equal(thresholds.cleanText(" 1,234,567.8 ", "en-GB"), "1234567.8");
  assert.equal(thresholds.cleanText("1,234", "fr"), "1,234");
  assert.equal(thresholds.cleanText("12,34", "en-GB"), "12,34");
});

test("keys move a value by steps of the chart", () => {
  const { valueFor } = thresholds;
  assert.equal(valueFor("ArrowUp", 20, FIGURE), 25);
  assert.equal(valueFor("ArrowLeft", 20, FIGURE), 15);
  assert.equal(valueFor("PageUp", 20, FIGURE), 70);
  assert.equal(valueFor("Home", 20, FIGURE), 0);
  assert.equal(valueFor("End", 20, FIGURE), 100);
  assert.equal(valueFor("Tab", 20, FIGURE), null);
});

test("the line has a step a bar, and is broken where a bar has no limit", () => {
  assert.equal(thresholdsFigure.pathOf(FIGURE, [100, 50, 0]), "M0,0H1V500H2V500H3V1000H4");
  assert.equal(thresholdsFigure.pathOf(FIGURE, [100, null, 25]), "M0,0H1M3,750H4");
  assert.equal(thresholdsFigure.pathOf(FIGURE, []), "");
});

test("a limit of the weather is each day's own, and none stands above the chart", () => {
  assert.equal(thresholdsFigure.pathOf({ ...FIGURE, limits: [10, 200, null, 0] }, [1, 1, 1]), "M0,900H1V0H2M3,1000H4");
});

test("a value is written with one decimal where it has any", () => {
  assert.equal(thresholdsFigure.formatValue(1234.56), "1\u202f234,6");
  assert.equal(thresholdsFigure.formatValue(1234, "en-GB"), "1,234");
});
