// @ts-check
/* Webhooks: a new secret comes into view and takes the focus; the journal is looked at again while
   something is on its way. */
(() => {
  "use strict";

  /** Show a secret that was just made, once: the next draw may find it there before the new one.
   * @param {object | null} made */
  function show(made) {
    if (!made || !Object.keys(made).length) return;
    kitSeek.seek("[data-fresh]", (secret) => {
      delete secret.dataset.fresh;
    });
  }

  /** @param {number} turns */
  function look(turns) {
    const journal = document.querySelector("[data-journal]");
    if (!turns || !journal || document.hidden) return window.dash_clientside.no_update;
    return { stamp: journal.dataset.journal, turns };
  }

  portal.provide("hooks", { look, show });
})();
