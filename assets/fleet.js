// @ts-check
/* The list of drifts by keys: J and K go from row to row, Enter opens the one with the focus (its link is native),
   E asks why it was seen; components/fleet/keys.py lists them. */
const fleet = (() => {
  "use strict";

  const ROWS = "#fleet-work tbody tr:has(.work-acts)";

  /** Return the place of the row to go to, of `count`, from `from` (-1: none) by `by`.
   * @param {number} from @param {number} by @param {number} count */
  function rowAfter(from, by, count) {
    if (from < 0) return by > 0 ? 0 : count - 1;
    return Math.max(0, Math.min(count - 1, from + by));
  }

  /** @param {Element | undefined} row @param {string} selector */
  function inside(row, selector) {
    return /** @type {HTMLElement | null | undefined} */ (row?.querySelector(selector));
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || portal.isTyping(event) || !portal.hasLetters()) return;
    if (document.querySelector("#fleet-work .panel[data-open]")) return; /* its reasons have the keys */
    const rows = portal.all(ROWS);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const by = consumption.turnOf(event);
    const isSeen = event.key.toLowerCase() === "e" && !event.ctrlKey && !event.metaKey && !event.altKey;
    const target = by
      ? inside(rows[rowAfter(at, by, rows.length)], ".work-acts a")
      : isSeen
        ? inside(rows[at], ".work-seen")
        : null;
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (isSeen) target.click();
  });

  return { rowAfter };
})();
