// @ts-check
/* The search of the header: a dialogue over any page, which "/" and Ctrl+K open; see components/frame_search.py.
   The combobox in it is the picker of assets/kit-picker.js. */
const frameSearch = (() => {
  "use strict";

  const DIALOG = "#frame-find";
  const CHOICE = "frame-search-choice";

  function dialog() {
    return /** @type {HTMLDialogElement | null} */ (document.querySelector(DIALOG));
  }

  /** Tell whether a key opens the search: "/" unless something is being typed, Ctrl+K or ⌘K anywhere.
   * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event @param {boolean} isTyping */
  function isCall({ key, ctrlKey, metaKey, altKey }, isTyping) {
    if (altKey) return false;
    if (ctrlKey || metaKey) return key.toLowerCase() === "k";
    return key === "/" && !isTyping;
  }

  function open() {
    const box = dialog();
    if (!box || document.querySelector("dialog[open]")) return;
    kitPanels.closeAll();
    frameKeys.showLetters();
    portal.setProps(CHOICE, { data: null }); /* or the same choice as last time would change nothing */
    box.showModal();
    box.querySelector("input")?.focus();
  }

  /** Leave the page for what was chosen.
   * @param {string | null} address */
  function openFound(address) {
    if (!address) return;
    dialog()?.close();
    portal.goTo(address);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !dialog() || !isCall(event, portal.isTyping(event))) return;
    event.preventDefault();
    open();
  });

  /* Escape closes a dialogue of the frame alone, not what the page has open below. */
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && portal.closest(event, ".frame > dialog")) event.stopPropagation();
    },
    true
  );

  document.addEventListener("click", (event) => {
    const box = dialog();
    if (portal.closest(event, "[data-finds]")) open();
    else if (box && event.target === box) box.close(); /* beside what it holds */
  });

  return { isCall, openFound };
})();
