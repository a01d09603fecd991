// @ts-check
/* A form that says `data-unsaved` asks before what was typed in it is lost: on a reload, another
   address, a link. Saved, or left, it is drawn no more, and asks nothing; refused, it is drawn anew
   with `data-refused`, and asks still. */
(() => {
  "use strict";

  const state = { form: /** @type {HTMLElement | null} */ (null), address: "" }; /* typed in, and where */

  function unsavedForm() {
    const isHere = state.form?.isConnected && state.address === window.location.href;
    return isHere ? state.form : document.querySelector("[data-unsaved][data-refused]");
  }

  document.addEventListener("input", (event) => {
    const form = portal.closest(event, "[data-unsaved]");
    if (form) Object.assign(state, { form, address: window.location.href });
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsavedForm()) event.preventDefault();
  });

  /** Tell whether a link changes the page without a reload: the browser asks nothing then.
   * @param {HTMLAnchorElement} link @param {MouseEvent} event */
  function leavesPage(link, event) {
    const isElsewhere = event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (isElsewhere || link.target || link.hasAttribute("download")) return false;
    return link.origin === window.location.origin && link.pathname + link.search !== portal.address();
  }

  window.addEventListener(
    "click",
    (event) => {
      const form = unsavedForm();
      const link = form ? /** @type {HTMLAnchorElement | null} */ (portal.closest(event, "a[href]")) : null;
      if (!form || !link || !leavesPage(link, event)) return;
      if (window.confirm(form.dataset.unsaved)) {
        state.form = null;
      } else {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true
  );
})();
