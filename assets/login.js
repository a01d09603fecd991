/* The eye of a password's field, on the pages before sign-in; without scripts there is none. */
(function () {
  "use strict";

  function show(button, shown) {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    if (!field) return;
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.querySelector(".bi").className = shown ? "bi bi-eye-slash" : "bi bi-eye";
  }

  const eyes = [...document.querySelectorAll(".eye")];
  eyes.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => show(button, button.getAttribute("aria-pressed") !== "true"));
  });

  /* A password sent, or a page come back to, is hidden again. */
  document.addEventListener("submit", () => eyes.forEach((button) => show(button, false)));
  window.addEventListener("pagehide", () => eyes.forEach((button) => show(button, false)));
})();
