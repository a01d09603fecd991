const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const page = load([
  "consumption-chart",
  "consumption-day",
  "consumption-later",
  "consumption-origin",
  "consumption-overview",
  "consumption-picture",
  "consumption",
]);
const chart = page.consumptionChart;

test("the bar under the pointer counts the room at the right of the bars", () => {
  const box = { left: 100, right: 500, width: 400 };
  assert.equal(chart.rankAt(100, box, 4, 4), 0);
  assert.equal(chart.rankAt(299, box, 4, 4), 1);
  assert.equal(chart.rankAt(500, box, 4, 4), 3); /* the edge is of the last */
  assert.equal(chart.rankAt(459, box, 4, 5), 3); /* its words are right of it */
  assert.equal(chart.rankAt(480, box, 2, 5), -1);
  for (const x of [99, 501]) assert.equal(chart.rankAt(x, box, 4, 4), -1);
  assert.equal(chart.rankAt(300, box, 0, 1), -1);
});

test("keys go from bar to bar and stop at both ends", () => {
  assert.equal(chart.barFor("ArrowRight", 3, 10), 4);
  assert.equal(chart.barFor("PageUp", 3, 10), 0);
  assert.equal(chart.barFor("PageDown", 3, 10), 9);
  assert.equal(chart.barFor("Home", 3, 10), 0);
  assert.equal(chart.barFor("End", 3, 10), 9);
  assert.equal(chart.barFor("Enter", 3, 10), null);
});

test("the first key enters by the last bar, also where fewer bars are left", () => {
  assert.equal(chart.barFor("ArrowLeft", -1, 10), 9);
  assert.equal(chart.barFor("ArrowRight", -1, 10), 9);
  assert.equal(chart.barFor("ArrowLeft", 12, 10), 9);
});

test("the tooltip stands after its bar, before it without room, and inside the plot", () => {
  assert.equal(chart.placeTip(100, 10, 80, 400), 110);
  assert.equal(chart.placeTip(350, 10, 80, 400), 260);
  assert.equal(chart.placeTip(30, 10, 380, 400), 0);
  assert.equal(chart.placeTip(30, 10, 500, 400), 0);
});

test("a value bears its unit once, and coverage is a sentence", () => {
  const describe = (text, unit, field) => chart.describe({ text, unit, field }, "{known} j sur {days}");
  assert.equal(describe("12", "kWh", "value"), "12\u00a0kWh");
  assert.equal(describe("12 MWh", "MWh", "value"), "12 MWh");
  assert.equal(describe("12", "", "value"), "12");
  assert.equal(describe("363/365", "j", "coverage"), "363 j sur 365");
});

test("the origin of a figure keeps the view, without what is open in it", () => {
  const { addressOf } = page.consumptionOrigin;
  assert.equal(addressOf("?pce=1&day=2026-01-02&episode=4", "total"), "/consommations/origine?pce=1&chiffre=total");
  assert.equal(addressOf("", "2026-01-01 à 2"), "/consommations/origine?chiffre=2026-01-01%20%C3%A0%202");
});

test("a day that closes leaves the rest of the query", () => {
  const { withoutDay } = page.consumptionDay;
  assert.equal(withoutDay("pce=1&day=2026-01-02&holiday=1"), "pce=1&holiday=1");
});

test("a phone has its columns in its own order, width and words", () => {
  const columns = [
    { field: "a", headerName: "Alpha", context: { rank: 2, phone: 80 } },
    { field: "b", headerName: "Beta", context: { rank: 1, phone: 60, short: "B" } },
  ];
  const fitted = page.consumptionLater.fitPhone(columns);
  assert.deepEqual(fitted.map(({ field, headerName, width, minWidth }) => [field, headerName, width, minWidth]), [
    ["b", "B", 60, 60],
    ["a", "Alpha", 80, 80],
  ]);
  assert.equal(columns[0].width, undefined);
});

test("a tab is named between its page and the operator, once", () => {
  const { nameTitle } = page.consumption;
  const named = nameTitle("Consommations · Réseau Gaz", "Lycée");
  assert.equal(named, "Consommations · Lycée · Réseau Gaz");
  assert.equal(nameTitle(named, "École"), "Consommations · École · Réseau Gaz");
});

test("J and K turn to the next site and the previous one, not beside Ctrl", () => {
  const { turnOf } = page.consumption;
  const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });
  assert.deepEqual([turnOf(key("j")), turnOf(key("K")), turnOf(key("x"))], [1, -1, 0]);
  assert.equal(turnOf(key("k", { ctrlKey: true })), 0);
});

test("a picture says its title, its source, its legend and its axes, and reads no tag of a name", () => {
  const figure = { data: [{ name: "measured" }, { name: "n-1" }, { name: "casing" }], layout: { xaxis: { range: [-0.5, 1.5] } } };
  const words = { title: "École <b>", unit: "kWh par mois", source: "PCE 1" };
  const names = new Map([["measured", "Consommation"], ["before1", "N-1"]]);
  const made = page.consumptionPicture.complete(figure, words, [{ at: 0, text: "nov." }], [], names, "#fff");
  assert.deepEqual(made.data.map(({ name, showlegend }) => [name, showlegend]), [
    ["Consommation", true],
    ["N-1", true],
    ["casing", false],
  ]);
  assert.deepEqual(made.layout.annotations.map(({ text }) => text), ["<b>École &lt;b></b>", "kWh par mois", "PCE 1"]);
  assert.deepEqual(made.layout.xaxis.ticktext, ["nov."]);
  assert.equal(figure.layout.xaxis.ticktext, undefined); /* the chart of the page is left as it is */
});

test("the window of the strip is the months of the days shown, and back", () => {
  const strip = page.consumptionOverview;
  const starts = ["2026-01-01", "2026-02-01", "2026-03-01"];
  assert.deepEqual(strip.spanOf("2026-01-15", "2026-02-03", starts), { start: 0, stop: 2 });
  assert.deepEqual(strip.spanOf("2025-06-01", "2026-01-31", starts), { start: 0, stop: 1 });
  assert.equal(strip.spanOf("2025-06-01", "2025-12-31", starts), null); /* before the strip */
  assert.deepEqual(strip.daysOf({ start: 1, stop: 2 }, starts, "2026-03-31"), { first: "2026-02-01", last: "2026-02-28" });
  assert.deepEqual(strip.daysOf({ start: 0, stop: 3 }, starts, "2026-03-31"), { first: "2026-01-01", last: "2026-03-31" });
  assert.deepEqual(strip.moved({ start: 1, stop: 2 }, 5, 3), { start: 2, stop: 3 });
  assert.deepEqual(strip.moved({ start: 1, stop: 2 }, -5, 3), { start: 0, stop: 1 });
});
