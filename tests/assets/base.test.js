const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

test("a blank takes its value, and stays where it has none", () => {
  const { portal } = load([]);
  assert.equal(portal.fillBlanks("{count} sur {most}, {other}", { count: 0, most: "10" }), "0 sur 10, {other}");
});

test("a number is written in the language of the page", () => {
  const french = load([]).portal;
  const english = load([], { document: { documentElement: { lang: "en" } } }).portal;
  assert.equal(french.formatNumber(1234567.891, 1), "1\u202f234\u202f567,9");
  assert.equal(english.formatNumber(1234567.891, 1), "1,234,567.9");
  assert.equal(french.formatNumber(12), "12");
});

test("the token of a request is read in its cookie among others", () => {
  const cookie = "a=1; _csrf_token=x%2By; b=2";
  assert.equal(load([], { document: { cookie } }).portal.csrfToken(), "x+y");
  assert.equal(load([], { document: { cookie: "not_csrf_token=1" } }).portal.csrfToken(), "");
});

test("each press has a number of its own, and keeps its data", () => {
  const sent = [];
  const dash_clientside = { set_props: (id, props) => sent.push([id, props]) };
  const { portal } = load([], { window: { dash_clientside } });
  assert.equal(portal.sendPress("one", { uid: "a" }), 1);
  assert.equal(portal.sendPress("two", {}), 2);
  assert.deepEqual(sent, [
    ["one", { data: { uid: "a", n: 1 } }],
    ["two", { data: { n: 2 } }],
  ]);
});

test("functions offered to Dash leave those of the others", () => {
  const { portal, window } = load([]);
  portal.provide("a", { one: () => 1 });
  portal.provide("b", { two: () => 2 });
  assert.equal(window.dash_clientside.a.one(), 1);
  assert.equal(window.dash_clientside.no_update, "no update");
});

test("a link pressed with a key of the keyboard opens elsewhere", () => {
  const { portal } = load([]);
  assert.equal(portal.opensElsewhere({ ctrlKey: true }), true);
  assert.equal(Boolean(portal.opensElsewhere({})), false);
});
