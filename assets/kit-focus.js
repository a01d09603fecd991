/* What is drawn again after a press keeps the focus: whoever presses by keyboard goes on from there.
   A box asks for it with `data-refocus`. */
(function () {
  "use strict";

  const ROWS = "li, tbody tr";
  let held = null; /* what has the focus in such a box: itself, its id, and its row's place */

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest("[data-refocus]");
    const row = box && event.target.closest(ROWS);
    const place = row ? [...box.querySelectorAll(ROWS)].indexOf(row) : 0;
    held = box && { one: event.target, id: event.target.id, box: box.id, place };
  });

  /* Who presses elsewhere has left. */
  document.addEventListener(
    "pointerdown",
    (event) => {
      if (held && !event.target.closest("[data-refocus]")) held = null;
    },
    true
  );

  /* What is wrong in its row, where it was refused. */
  function refused(same) {
    const row = same.closest(ROWS);
    return row && row.querySelector(".is-invalid");
  }

  /* The same, as it is drawn now; else what its row, the one that took its place, or the next that
     has anything, begins with; else that row. */
  function heir() {
    const box = document.getElementById(held.box);
    const same = held.id && document.getElementById(held.id);
    if (same || !box) return same && (refused(same) || same);
    const rows = [...box.querySelectorAll(ROWS)];
    const at = Math.min(held.place, rows.length - 1);
    const act = (row) => row.querySelector(".admin-acts:last-child button, button, summary");
    const next = rows.slice(at).find(act);
    if (!next && rows[at]) rows[at].tabIndex = -1;
    return next ? act(next) : rows[at];
  }

  new MutationObserver(() => {
    if (!held || held.one.isConnected || document.activeElement !== document.body) return;
    const next = heir();
    const closed = next && next.closest("details:not([open])"); /* its question is closed again */
    const place = closed ? closed.querySelector("summary") : next;
    if (place) place.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
