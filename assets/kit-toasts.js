// @ts-check
/* Toasts: closed here, without asking the server; those that may go do so after a while. */
const kitToasts = (() => {
  "use strict";

  const TOAST_MS = 6000;
  const ACT_MS = 20000; // of a toast that offers something to press
  const timers = /** @type {Map<string, number>} */ (new Map());

  /** @param {string} id
   * @returns {any[]} */
  function childrenOf(id) {
    const children = window.dash_component_api?.getLayout(id)?.props?.children ?? [];
    return [children].flat();
  }

  /** @param {HTMLElement} toast */
  function close(toast) {
    const region = toast.parentElement;
    if (!region) return;
    window.clearTimeout(timers.get(toast.id));
    timers.delete(toast.id);
    const children = childrenOf(region.id).filter((child) => child?.props?.id !== toast.id);
    portal.setProps(region.id, { children });
  }

  /** @param {string} id */
  function closeLater(id) {
    window.clearTimeout(timers.get(id));
    const acts = document.getElementById(id)?.querySelector(".toast-foot button");
    const timer = window.setTimeout(() => {
      const toast = document.getElementById(id);
      if (!toast) timers.delete(id);
      else if (toast.matches(":hover, :focus-within")) closeLater(id);
      else close(toast);
    }, acts ? ACT_MS : TOAST_MS);
    timers.set(id, timer);
  }

  function complete() {
    portal.all(".notice-toast[data-stays=no]").forEach((toast) => {
      if (!timers.has(toast.id)) closeLater(toast.id);
    });
  }

  document.addEventListener("click", (event) => {
    const toast = portal.closest(event, "[data-closes=toast]")?.closest(".notice-toast");
    if (toast) close(toast);
  });

  return { complete };
})();
