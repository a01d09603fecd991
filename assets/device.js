// @ts-check
/* The clipboard and the printer, for the portal and for the pages before sign-in. */
const device = (() => {
  "use strict";

  /** Copy a text: by the clipboard's API, or as a selection where the address is not a safe one.
   * @param {Element} place whose text it is @param {string} text */
  async function copyText(place, text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    window.getSelection()?.selectAllChildren(place);
    if (!document.execCommand("copy")) throw new Error("not copied");
    return undefined;
  }

  /* Paper is white: a dark screen prints as the light one. */
  const root = document.documentElement;
  let wasDark = false;
  window.addEventListener("beforeprint", () => {
    wasDark = root.dataset.bsTheme === "dark";
    if (wasDark) root.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (wasDark) root.dataset.bsTheme = "dark";
  });

  return { copyText };
})();
