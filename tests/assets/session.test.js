const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { session } = load(["session"]);

test("the page itself comes from its layout, its dependencies or its content", () => {
  assert.equal(session.bringsPage("/_dash-layout", undefined), true);
  assert.equal(session.bringsPage("/_dash-dependencies", {}), true);
  assert.equal(session.bringsPage("/_dash-update-component", { body: '{"output":"_pages_content"}' }), true);
  assert.equal(session.bringsPage("/_dash-update-component", { body: '{"output":"frame-bell"}' }), false);
  assert.equal(session.bringsPage("/_dash-update-component", undefined), false);
});
