const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const { kitFilesRules: rules, kitFilesSending: sending } = load(["kit-files-rules", "kit-files-sending"]);
const WORDS = {
  empty: "« {name} » est vide",
  other: "« {name} » : autre",
  heic: "« {name} » : HEIC",
  big: "« {name} » fait {size} sur {most}",
  heavy: "« {name} » dépasse {most}",
  many: "{most} au plus, sans {names}",
  many_one: "{most} au plus, pas {names}",
  quoted: "« {name} »",
};
const FIELD = { words: WORDS, limits: { file: 1000, deposit: 1500, files: 3 }, accept: ".pdf,.png,image/*" };

function file(name, size = 10, type = "") {
  return { name, size, type, lastModified: 1 };
}

function judge(before, files) {
  const { chosen, problems } = rules.judge(before, files, FIELD);
  return { names: chosen.map((one) => one.name), problems };
}

test("a size is written as the server writes it", () => {
  assert.equal(rules.formatSize(1), "1\u00a0ko");
  assert.equal(rules.formatSize(999_400), "999\u00a0ko");
  assert.equal(rules.formatSize(1_250_000), "1,3\u00a0Mo");
});

test("a name keeps no folder and no sign that hides the others", () => {
  assert.equal(rules.nameOf({ name: "C:\\photos\\a\u202e  b.pdf" }), "a b.pdf");
});

test("files that fit are added to those before, the same file once", () => {
  assert.deepEqual(judge([file("a.pdf")], [file("a.pdf"), file("B.PDF")]), { names: ["a.pdf", "B.PDF"], problems: [] });
});

test("each file that does not fit has its sentence", () => {
  const { names, problems } = judge([], [file("a.pdf", 0), file("b.doc"), file("c.heic"), file("d.pdf", 2000), file("e")]);
  assert.deepEqual(names, ["e"]); /* without an ending, the server reads what it is */
  assert.deepEqual(problems, [
    "« a.pdf » est vide",
    "« b.doc » : autre",
    "« c.heic » : HEIC",
    "« d.pdf » fait 2\u00a0ko sur 1\u00a0ko",
  ]);
});

test("a deposit that grows too heavy leaves what is too much", () => {
  const { names, problems } = judge([file("a.pdf", 900)], [file("b.pdf", 700), file("c.pdf", 600)]);
  assert.deepEqual(names, ["a.pdf", "c.pdf"]);
  assert.deepEqual(problems, ["« b.pdf » dépasse 2\u00a0ko"]);
});

test("files beyond the number are named together", () => {
  const four = ["a.pdf", "b.pdf", "c.pdf", "d.pdf"].map((name) => file(name));
  assert.deepEqual(judge([], four).problems, ["3 au plus, pas « d.pdf »"]);
  const many = Array.from({ length: 9 }, (_none, rank) => file(`${rank}.pdf`));
  assert.deepEqual(judge([], many).problems, ["3 au plus, sans « 3.pdf », « 4.pdf », « 5.pdf », « 6.pdf », « 7.pdf »…"]);
});

test("a file is blamed by a sentence that quotes its name, not by a part of another", () => {
  assert.equal(rules.isBlamed(["«\u00a0a.pdf\u00a0» est vide"], "a.pdf"), true);
  assert.equal(rules.isBlamed(["“a.pdf” is empty"], "a.pdf"), true);
  assert.equal(rules.isBlamed(["«\u00a0aa.pdf\u00a0» est vide"], "a.pdf"), false);
});

test("only large photos are made smaller", () => {
  assert.equal(sending.isLargePhoto(file("a.jpg", 2000, "image/jpeg"), 1000), true);
  assert.equal(sending.isLargePhoto(file("a.jpg", 900, "image/jpeg"), 1000), false);
  assert.equal(sending.isLargePhoto(file("a.pdf", 2000, "application/pdf"), 1000), false);
});

test("an upload lost once the server has all of it may have arrived", () => {
  const whole = { ...sending.begin(10), begun: true, sent: 12, total: 12 };
  assert.equal(sending.interpret("lost", whole), "unsure");
  assert.equal(sending.interpret("lost", { ...whole, sent: 11 }), "lost");
  assert.equal(sending.interpret("cancelled", sending.begin(10)), "cancelled");
  const answer = { status: 200, body: {} };
  assert.equal(sending.interpret(answer, whole), answer);
});

test("what went wrong is said, with its reference, and where to sign in", () => {
  const words = { lost: "perdu", cancelled: "annulé", ended: "terminé" };
  const describe = (outcome) => sending.describeFailure(outcome, words);
  assert.deepEqual(describe("cancelled"), { problems: ["annulé"] });
  assert.deepEqual(describe("Error: x"), { problems: ["perdu"] });
  assert.deepEqual(describe({ status: 401, body: {} }), { problems: ["terminé"], link: "/connexion?next=%2F" });
  assert.deepEqual(describe({ status: 500, body: { error: "a", reference: "b" } }), { problems: ["a b"] });
  assert.deepEqual(describe({ status: 502, body: {} }), { problems: ["perdu"] });
  assert.deepEqual(describe({ status: 422, body: { error: "a", field: "label" } }), { problems: [] });
});

test("what was refused is not worth another try, what did not get through is", () => {
  const tries = (outcome, wasStill = false) => sending.isWorthAgain(outcome, wasStill);
  assert.equal(tries("lost"), true);
  assert.equal(tries("cancelled"), false);
  assert.equal(tries("cancelled", true), true);
  assert.deepEqual([401, 429, 500, 503].map((status) => tries({ status, body: {} })), [true, true, true, true]);
  assert.deepEqual([400, 413, 422].map((status) => tries({ status, body: {} })), [false, false, false]);
});
