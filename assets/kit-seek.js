// @ts-check
/* What an answer draws comes into view and takes the focus, whatever its place was in the page: the
   first wrong field of a form that is refused, by `on.client("refusals", "show", …)` on what is said
   of the refusal; anything else by `seek`. */
const kitSeek = (() => {
  "use strict";

  const FRAMES = 60; /* what is drawn again may take some: a second at most */

  /** Focus the first of *selector* that is seen, once there is one, and pass it on.
   * @param {string} selector @param {((place: HTMLElement) => void) | null} [found] @param {number} [left] */
  function seek(selector, found = null, left = FRAMES) {
    const first = portal.all(selector).find((place) => place.offsetParent);
    if (first) {
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
      found?.(first);
    } else if (left) {
      window.requestAnimationFrame(() => seek(selector, found, left - 1));
    }
  }

  /** @param {ArrayLike<unknown> | null} refusal */
  function show(refusal) {
    if (!refusal?.length) return;
    /* What is there now may be what is about to be drawn again. */
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => seek("main .is-invalid")));
  }

  portal.provide("refusals", { show });

  return { seek };
})();
