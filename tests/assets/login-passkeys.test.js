const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { passkeys } = load(["login-passkeys"]);
const OCTETS = new Uint8Array([251, 255, 190, 0]);

test("octets are written in base64url and read again", () => {
  assert.equal(passkeys.encode(OCTETS.buffer), "-_--AA");
  assert.deepEqual(new Uint8Array(passkeys.decode("-_--AA")), OCTETS);
});

test("what the server wrote is read with octets, wherever it has some", () => {
  const options = { rpId: "portal", challenge: "-_--AA", user: { id: "AA", name: "Alice" }, allowCredentials: [{ id: "AA" }] };
  const parsed = passkeys.parseOptions(options);
  assert.deepEqual(new Uint8Array(parsed.challenge), OCTETS);
  assert.deepEqual([parsed.rpId, parsed.user.name, parsed.user.id.byteLength], ["portal", "Alice", 1]);
  assert.equal(parsed.allowCredentials[0].id.byteLength, 1);
  assert.equal("excludeCredentials" in parsed, false);
});

test("what the authenticator signed is written with what it has", () => {
  const response = { clientDataJSON: OCTETS.buffer, signature: OCTETS.buffer, userHandle: null };
  const credential = { id: "a", rawId: OCTETS.buffer, type: "public-key", response };
  assert.deepEqual(JSON.parse(passkeys.serialize(credential)), {
    id: "a",
    rawId: "-_--AA",
    type: "public-key",
    response: { clientDataJSON: "-_--AA", signature: "-_--AA" },
    clientExtensionResults: {},
  });
});
