/* Webhooks: a new secret comes into view and takes the focus; the journal is looked at again while
   something is on its way. */
(function () {
  "use strict";

  /* Once: the next draw may find it there before the new one. */
  const show = (kept) => {
    const any = kept && Object.keys(kept).length;
    if (any) window.portalSeek("[data-fresh]", (fresh) => delete fresh.dataset.fresh);
  };

  function look(turns) {
    const shown = document.querySelector("[data-journal]");
    if (!turns || !shown || document.hidden) return window.dash_clientside.no_update;
    return { stamp: shown.dataset.journal, turns };
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { hooks: { look, show } });
})();
