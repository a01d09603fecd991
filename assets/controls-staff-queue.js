// @ts-check
/* The queue of controls: the line that is open, and the way to its neighbours. */
const deskQueue = (() => {
  "use strict";

  const state = { takesFocus: false }; /* the line that opens takes the focus, once it is drawn */

  function lines() {
    return portal.all("#controls-desk-queue .desk-line");
  }

  /** @param {string | undefined} uid */
  function lineOf(uid) {
    return lines().find((line) => line.dataset.uid === uid);
  }

  /** @param {string | undefined} uid */
  function markOpen(uid) {
    lines().forEach((line) => {
      const button = line.querySelector(".desk-open");
      portal.setAttribute(button, "aria-current", line.dataset.uid === uid ? "true" : null);
    });
  }

  /** @param {string} uid @param {boolean} takesFocus */
  function open(uid, takesFocus) {
    state.takesFocus = takesFocus;
    markOpen(uid);
    deskView.goToStep("piece");
    portal.sendPress("controls-desk-opened", { uid });
  }

  /** Find the first of *uids* after *current*, or before it, that is not *excluded*; "" when none is.
   * @param {string[]} uids @param {string} current @param {number} step 1 or -1
   * @param {Set<string>} excluded */
  function findNeighbour(uids, current, step, excluded) {
    const here = uids.indexOf(current);
    const beyond = step > 0 ? uids.slice(here + 1) : uids.slice(0, Math.max(here, 0)).reverse();
    return beyond.find((uid) => !excluded.has(uid)) ?? "";
  }

  /** @param {number} step @param {Set<string>} excluded */
  function neighbour(step, excluded) {
    const uids = lines().map((line) => line.dataset.uid ?? "");
    return findNeighbour(uids, deskView.facts().uid ?? "", step, excluded);
  }

  /** @param {number} step */
  function move(step) {
    const uid = neighbour(step, new Set());
    if (uid) open(uid, true);
  }

  function focusNextDrawn() {
    state.takesFocus = true;
  }

  /** Mark the line of the control that was drawn, and give it the focus if it was asked for. */
  function showOpen() {
    const line = lineOf(deskView.facts().uid);
    if (state.takesFocus && line) line.querySelector(".desk-open")?.focus();
    state.takesFocus = false;
  }

  return { lines, lineOf, markOpen, open, findNeighbour, neighbour, move, focusNextDrawn, showOpen };
})();
