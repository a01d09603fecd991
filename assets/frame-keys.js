// @ts-check
/* The list of keyboard shortcuts: a dialogue over any page, which "?" opens; see components/frame_keys.py.
   Its switch, and that of the search, turns off the keys of one letter. */
const frameKeys = (() => {
  "use strict";

  const DIALOG = "#frame-keys";

  function dialog() {
    return /** @type {HTMLDialogElement | null} */ (document.querySelector(DIALOG));
  }

  /** Tell whether a key opens the list; it is a letter, which may be turned off.
   * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
   * @param {boolean} isTyping @param {boolean} hasLetters */
  function isCall({ key, ctrlKey, metaKey, altKey }, isTyping, hasLetters) {
    return key === "?" && !isTyping && hasLetters && !ctrlKey && !metaKey && !altKey;
  }

  function showLetters() {
    portal.all("[data-letters]").forEach((button) => {
      portal.setAttribute(button, "aria-checked", String(portal.hasLetters()));
    });
  }

  function open() {
    const box = dialog();
    if (!box || document.querySelector("dialog[open]")) return;
    kitPanels.closeOpen(); /* the focus comes back to what opened the menu */
    showLetters();
    box.showModal();
    box.scrollTop = 0;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !isCall(event, portal.isTyping(event), portal.hasLetters())) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("click", (event) => {
    if (portal.closest(event, "[data-letters]")) {
      portal.toggleLetters();
      showLetters();
    } else if (event.target === dialog()) dialog()?.close(); /* beside what it holds */
  });

  portal.onPress("keys", { open, close: () => dialog()?.close() });

  return { isCall, showLetters };
})();
