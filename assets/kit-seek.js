/* What an answer draws comes into view and takes the focus, whatever its place was in the page: the
   first wrong field of a form that is refused, by `on.client("refusals", "show", …)` on what is said
   of the refusal; anything else by `portalSeek`. */
(function () {
  "use strict";

  const FRAMES = 60; /* what is drawn again may take some: a second at most */

  /* The first of *selector* that is seen, once there is one; *found* is told which. */
  function seek(selector, found, left = FRAMES) {
    const first = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
    if (first) {
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
      if (found) found(first);
    } else if (left) {
      window.requestAnimationFrame(() => seek(selector, found, left - 1));
    }
  }

  function show(said) {
    if (!said || !said.length) return;
    /* What is there now may be what is about to be drawn again. */
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => seek("main .is-invalid")));
  }

  window.portalSeek = seek;
  window.dash_clientside = Object.assign({}, window.dash_clientside, { refusals: { show } });
})();
