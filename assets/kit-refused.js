/* A form is refused: its first wrong field comes into view and takes the focus, whatever its place
   was in the page. Wired by `on.client("refusals", "show", …)` to what is said of the refusal. */
(function () {
  "use strict";

  const FRAMES = 30; /* what is drawn again may take some: half a second at most */

  function look(left) {
    const first = document.querySelector("main .is-invalid");
    if (first) {
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
    } else if (left) {
      window.requestAnimationFrame(() => look(left - 1));
    }
  }

  function show(said) {
    if (!said || !said.length) return;
    /* What is there now may be what is about to be drawn again. */
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => look(FRAMES)));
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { refusals: { show } });
})();
