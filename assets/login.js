// @ts-check
/* The eye of a password's field, and what keeps recovery codes, on the pages outside the portal;
   without scripts there are none of these buttons. */
(() => {
  "use strict";

  /** @param {HTMLElement} button @param {boolean} isShown */
  function showPassword(button, isShown) {
    const field = document.getElementById(button.getAttribute("aria-controls") ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    const glyph = button.querySelector(".bi");
    if (glyph) glyph.className = isShown ? "bi bi-eye-slash" : "bi bi-eye";
  }

  const eyes = document.querySelectorAll(".eye");
  eyes.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => showPassword(button, button.getAttribute("aria-pressed") !== "true"));
  });

  function hidePasswords() {
    eyes.forEach((button) => showPassword(button, false));
  }

  /* A password sent, or a page come back to, is hidden again. */
  document.addEventListener("submit", hidePasswords);
  window.addEventListener("pagehide", hidePasswords);

  /** Say what was done beside its button, else where the page says what becomes of all of them.
   * @param {HTMLElement} button @param {string | undefined} words */
  function say(button, words) {
    const own = button.parentElement?.querySelector(".door-told");
    const place = own ?? document.querySelector(".door-told");
    if (place) place.textContent = words ?? "";
  }

  document.querySelectorAll("[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const place = document.getElementById(button.dataset.copies ?? "");
      if (!place) return;
      const parts = place.children.length ? [...place.children] : [place];
      const lines = parts.map((line) => (line.textContent ?? "").trim());
      device.copyText(place, button.dataset.text || lines.join("\n")).then(
        () => say(button, button.dataset.said),
        () => say(button, button.dataset.failed)
      );
    });
  });

  document.querySelectorAll("[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
