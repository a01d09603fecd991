// @ts-check
/* What is drawn again after a press keeps the focus: whoever presses by keyboard goes on from there.
   A box asks for it with `data-refocus`. */
(() => {
  "use strict";

  /** @typedef {{element: Element, id: string, box: string, place: number}} Focus */

  const ROWS = "li, tbody tr";
  const state = { focus: /** @type {Focus | null} */ (null), returned: /** @type {Element | null} */ (null) }; /* the last in such a box, and its row's place */

  document.addEventListener("focusin", (event) => {
    const element = event.target instanceof Element ? event.target : null;
    const box = element?.closest("[data-refocus]");
    const row = element?.closest(ROWS);
    const place = box && row ? portal.all(ROWS, box).indexOf(row) : 0;
    state.focus = element && box ? { element, id: element.id, box: box.id, place } : null;
  });

  /* Who presses elsewhere has left. */
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (!portal.closest(event, "[data-refocus]")) state.focus = null;
    },
    true
  );

  /** Return what a row that lost the focus gives it to.
   * @param {HTMLElement} row */
  function firstAct(row) {
    return row.querySelector(".admin-acts:last-child button, button, summary");
  }

  /** Find what takes the focus: the same, as it is drawn now, or what is wrong in its row; else what its row,
   * the one that took its place, or the next that has anything, begins with; else that row.
   * @param {Focus} focus
   * @returns {HTMLElement | null | undefined} */
  function heirOf(focus) {
    const same = focus.id ? document.getElementById(focus.id) : null;
    if (same) return same.closest(ROWS)?.querySelector(".is-invalid") ?? same;
    const box = document.getElementById(focus.box);
    if (!box) return null;
    const rows = portal.all(ROWS, box);
    const at = Math.min(focus.place, rows.length - 1);
    const next = rows.slice(at).find(firstAct);
    if (!next && rows[at]) rows[at].tabIndex = -1;
    return next ? firstAct(next) : rows[at];
  }

  /* The row to which a page returns takes the focus once, where `data-returned` marks its button. */
  function greetReturned() {
    const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-returned]"));
    if (!place || place === state.returned) return;
    state.returned = place;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  }

  new MutationObserver(() => {
    greetReturned();
    const { focus } = state;
    if (!focus || focus.element.isConnected || document.activeElement !== document.body) return;
    const heir = heirOf(focus);
    const closed = heir?.closest("details:not([open])"); /* its question is closed again */
    const place = closed ? closed.querySelector("summary") : heir;
    place?.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
