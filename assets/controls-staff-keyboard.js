// @ts-check
/* The keys of the cockpit of controls; its letters and figures may be turned off. */
const deskKeyboard = (() => {
  "use strict";

  const MOVES = new Map([["ArrowDown", 1], ["ArrowUp", -1]]);
  const TURNS = new Map([["PageDown", 1], ["PageUp", -1]]);

  const letters = /** @type {Record<string, () => void>} */ ({
    j: () => deskQueue.move(1),
    k: () => deskQueue.move(-1),
    v: () => deskDecisions.decideAll("accept"),
    d: () => deskDecisions.decideAll("again"),
    r: () => deskDecisions.decideAll("reject"),
    f: () => deskPages.showNextFile(),
    z: () => document.querySelector(".desk-last .desk-undo:not([hidden]) [data-desk=undo]")?.click(),
    m: () => deskMessages.enter(),
    x: () => deskSelection.toggle(deskQueue.lineOf(deskView.facts().uid)),
  });

  /** Tell what a key asks for.
   * @param {string} key @param {boolean} hasLetters whether letters and figures are turned on
   * @returns {{move?: number, turn?: number, rank?: number, letter?: string}} */
  function commandOf(key, hasLetters) {
    if (MOVES.has(key)) return { move: MOVES.get(key) };
    if (TURNS.has(key)) return { turn: TURNS.get(key) };
    if (!hasLetters) return {};
    if (/^[1-6]$/.test(key)) return { rank: Number(key) };
    const letter = key.toLowerCase();
    return Object.hasOwn(letters, letter) ? { letter } : {};
  }

  /** @param {Element} target */
  function isInQueue(target) {
    return target === document.body || Boolean(target.closest("#controls-desk-queue"));
  }

  /** Do what a key asks for; return whether it asked for anything there.
   * @param {string} key @param {Element} target */
  function act(key, target) {
    const { move, turn, rank, letter } = commandOf(key, portal.hasLetters());
    if (move && isInQueue(target)) deskQueue.move(move);
    else if (turn && deskPages.box() && !target.matches(".desk-scroll")) deskPages.turn(turn);
    else if (rank) deskAnswers.cycle(rank);
    else if (letter) letters[letter]();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!deskView.desk() || event.defaultPrevented || !(target instanceof Element)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || portal.isTyping(event)) return;
    if (document.querySelector("dialog[open]")) return;
    if (act(event.key, target)) event.preventDefault();
  });

  return { commandOf };
})();
