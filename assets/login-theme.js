// @ts-check
/* Nobody known has chosen a theme: the page is drawn at once in the one of the browser. */
(() => {
  "use strict";
  if (!window.matchMedia("(prefers-color-scheme: dark)").matches) return;
  document.documentElement.dataset.bsTheme = "dark";
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-instead]").forEach((button) => {
      if (!(button instanceof HTMLButtonElement)) return;
      button.value = "light";
      button.textContent = button.dataset.instead ?? "";
    });
  });
})();
