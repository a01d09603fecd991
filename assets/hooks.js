/* Webhooks: a new secret comes into view and takes the focus; the journal is looked at again while
   something is on its way. */
(function () {
  "use strict";

  const FRAMES = 30; /* what is drawn again may take some: half a second at most */

  function seek(left) {
    const fresh = document.querySelector("[data-fresh]");
    if (fresh) {
      delete fresh.dataset.fresh;
      fresh.focus({ preventScroll: true });
      fresh.scrollIntoView({ block: "center" });
    } else if (left) {
      window.requestAnimationFrame(() => seek(left - 1));
    }
  }

  const show = (kept) => {
    if (kept && Object.keys(kept).length) seek(FRAMES);
  };

  function look(turns) {
    const shown = document.querySelector("[data-journal]");
    if (!turns || !shown || document.hidden) return window.dash_clientside.no_update;
    return { stamp: shown.dataset.journal, turns };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { hooks: { look, show } });
})();
