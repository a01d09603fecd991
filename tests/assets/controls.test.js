const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { controls } = load(["controls"]);

function query(search) {
  return controls.exportQuery(search).toString();
}

test("an export has the filters of the page, and what it shows by itself", () => {
  assert.equal(query("?controle=12&tri=date"), "tri=date&box=open");
  assert.equal(query("?show=open&box=late"), "box=open%2Clate");
  assert.equal(query("?right=7"), "right=7");
  assert.equal(query("?show=all&controle=3"), "");
  assert.equal(query("?show=accepted"), "state=accepted");
});
