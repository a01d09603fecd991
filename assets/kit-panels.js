// @ts-check
/* Panels: what a button with data-opens shows and hides. */
const kitPanels = (() => {
  "use strict";

  const OPEN = ".panel[data-open]";

  /** @param {Element} panel */
  function openerOf(panel) {
    return document.querySelector(`[data-opens="${panel.id}"]`);
  }

  /** @param {Element} panel @param {boolean} isOpen */
  function setOpen(panel, isOpen) {
    portal.setAttribute(panel, "data-open", isOpen ? "" : null);
    portal.setAttribute(openerOf(panel), "aria-expanded", String(isOpen));
  }

  /** Close all panels but one.
   * @param {Element | null} [except] */
  function closeAll(except = null) {
    portal.all(OPEN).forEach((panel) => {
      if (panel !== except) setOpen(panel, false);
    });
  }

  /** Return what the focus goes to: the choice made, else the first control.
   * @param {Element} panel
   * @returns {HTMLElement | null} */
  function firstIn(panel) {
    return panel.querySelector("input[type=radio]:checked") ?? panel.querySelector("a, input, button");
  }

  /** @param {HTMLElement} opener */
  function toggle(opener) {
    const panel = document.getElementById(opener.dataset.opens ?? "");
    if (!panel) return;
    const isOpen = !panel.hasAttribute("data-open");
    closeAll(panel);
    setOpen(panel, isOpen);
    if (isOpen && panel.matches(".menu, .bar-panel")) firstIn(panel)?.focus();
  }

  /** @param {Event} event */
  function closeLeft({ target }) {
    if (!(target instanceof Node)) return;
    portal.all(OPEN).forEach((panel) => {
      if (!panel.contains(target) && !openerOf(panel)?.contains(target)) setOpen(panel, false);
    });
  }

  document.addEventListener("focusin", closeLeft);
  document.addEventListener("pointerdown", closeLeft);

  document.addEventListener("click", (event) => {
    const opener = portal.closest(event, "[data-opens]");
    if (opener) toggle(opener);
  });

  /** Close the panel that is open, and go back to what opened it. */
  function closeOpen() {
    const panel = document.querySelector(OPEN);
    if (!panel) return;
    setOpen(panel, false);
    openerOf(panel)?.focus();
  }

  return { closeAll, closeOpen };
})();
