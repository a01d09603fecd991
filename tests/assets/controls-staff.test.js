const assert = require("node:assert/strict");
const { test } = require("node:test");
const { load } = require("./page.js");

const PARTS = ["answers", "decisions", "dialogs", "keyboard", "marks", "messages", "pages", "queue", "selection", "view"];
const desk = load(PARTS.map((name) => `controls-staff-${name}`));

test("the same answer once more takes it back", () => {
  const { toggle } = desk.deskAnswers;
  assert.deepEqual(toggle({ date: null }, "date", true), { date: true });
  assert.deepEqual(toggle({ date: true }, "date", true), { date: null });
  assert.deepEqual(toggle({ date: true, pce: false }, "date", false), { date: false, pce: false });
});

test("answers are written without the points that have none", () => {
  assert.equal(desk.deskAnswers.serialize({ date: true, pce: null, holder: false }), '{"date":true,"holder":false}');
});

test("the neighbour of a line is the nearest that is not excluded", () => {
  const find = (...rest) => desk.deskQueue.findNeighbour(["a", "b", "c", "d"], ...rest);
  assert.equal(find("b", 1, new Set()), "c");
  assert.equal(find("b", 1, new Set(["c"])), "d");
  assert.equal(find("c", -1, new Set(["b"])), "a");
  assert.equal(find("d", 1, new Set()), "");
  assert.equal(find("a", -1, new Set()), "");
});

test("where no line is open, the next is the first and none is before", () => {
  assert.equal(desk.deskQueue.findNeighbour(["a", "b"], "", 1, new Set()), "a");
  assert.equal(desk.deskQueue.findNeighbour(["a", "b"], "", -1, new Set()), "");
});

test("a line that left the queue is ticked no more, unless its proof ticked it", () => {
  const ticked = new Map([["a", 1], ["gone", 2], ["proof", 3]]);
  const listed = new Map([["a", 5], ["b", 1]]);
  const refreshed = desk.deskSelection.refresh(ticked, listed, new Set(["proof"]));
  assert.deepEqual([...refreshed], [["a", 5], ["proof", 3]]);
});

test("controls are counted by their proof, in the order of the first of each", () => {
  const proofs = [{ deposit: "2", pieces: "x" }, { deposit: "1", pieces: "y" }, { deposit: "2", pieces: "x" }];
  assert.deepEqual(desk.deskSelection.countByProof(proofs), [
    { pieces: "x", count: 2 },
    { pieces: "y", count: 1 },
  ]);
});

test("a dialog names eight proofs, and counts the others", () => {
  const words = { one: "{pieces}", many: "{pieces} ({count})", more: "et {count} autres" };
  const proofs = Array.from({ length: 10 }, (_none, rank) => ({ pieces: `p${rank}`, count: rank ? 1 : 3 }));
  const lines = desk.deskDialogs.wordProofs(proofs, words);
  assert.equal(lines.length, 9);
  assert.deepEqual([lines[0], lines[1], lines[8]], ["p0 (3)", "p1", "et 2 autres"]);
  assert.deepEqual(desk.deskDialogs.wordProofs(proofs.slice(0, 8), words).length, 8);
});

test("keys ask for what they say, letters only where they are turned on", () => {
  const { commandOf } = desk.deskKeyboard;
  assert.deepEqual(commandOf("ArrowUp", false), { move: -1 });
  assert.deepEqual(commandOf("PageDown", false), { turn: 1 });
  assert.deepEqual(commandOf("6", true), { rank: 6 });
  assert.deepEqual(commandOf("V", true), { letter: "v" });
  for (const key of ["6", "v"]) assert.deepEqual(commandOf(key, false), {});
  for (const key of ["?", "7", "0", "q", "Enter", "constructor"]) assert.deepEqual(commandOf(key, true), {});
});

test("the first mark of a point on a page bears its rank, the others none", () => {
  const marks = [
    { page: 1, point: "date" },
    { page: 1, point: "date" },
    { page: 2, point: "date" },
    { page: 1, point: "pce" },
  ];
  const ranks = desk.deskMarks.numberMarks(marks, ["pce", "date"]).map(({ rank }) => rank);
  assert.deepEqual(ranks, ["2", "", "2", "1"]);
});

test("a point says where it is read, what its mark lacks, or that it is not read", () => {
  const words = {
    unread: "non lu",
    look: "à vérifier page {page}",
    read: "lu page {page}",
    partly: "en partie page {page} : manque {lacks}",
    dated: "{dated}, page {page}",
    lacks: { period: "la période", data: "les données" },
  };
  const nothing = { marks: [], lacks: [], dated: null };
  const describe = (point, reading) => desk.deskMarks.describe(point && { point, page: 2 }, { ...nothing, ...reading }, words);
  assert.equal(describe(undefined, {}), "non lu");
  assert.equal(describe("signature", {}), "à vérifier page 2");
  assert.equal(describe("perimeter", {}), "lu page 2");
  assert.equal(describe("perimeter", { lacks: ["period", "data"] }), "en partie page 2 : manque la période, les données");
  assert.equal(describe("date", { dated: { late: false, words: "12 mars" } }), "12 mars, page 2");
});
