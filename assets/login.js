/* The eye of a password's field, and what keeps recovery codes, on the pages outside the portal;
   without scripts there are none of these buttons. */
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

  /* Text in the clipboard: by its API, or as a selection where the address is not a safe one. */
  function copy(place, text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    window.getSelection().selectAllChildren(place);
    const done = document.execCommand("copy");
    return done ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }

  /* Beside its button, else where the page says what becomes of all of them. */
  function tell(button, words) {
    const own = button.parentElement.querySelector(".door-told");
    (own || document.querySelector(".door-told")).textContent = words;
  }

  document.querySelectorAll("[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const place = document.getElementById(button.dataset.copies);
      const parts = place.children.length ? [...place.children] : [place];
      const lines = parts.map((line) => line.textContent.trim());
      copy(place, button.dataset.text || lines.join("\n")).then(
        () => tell(button, button.dataset.said),
        () => tell(button, button.dataset.failed)
      );
    });
  });

  document.querySelectorAll("[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* Paper is white: a dark screen prints as the light one. */
  const root = document.documentElement;
  let dark = false;
  window.addEventListener("beforeprint", () => {
    dark = root.dataset.bsTheme === "dark";
    if (dark) root.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (dark) root.dataset.bsTheme = "dark";
  });
})();
