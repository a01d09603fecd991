/* How long a text may be: said near the limit and beyond it, never cut short. What bears
   `data-most` holds the text and the line that says it; see components/kit/field.py. */
(function () {
  "use strict";

  const NEAR = 0.9;

  function placeOf(text) {
    return text.closest("[data-most]");
  }

  /* Signs as the server counts them: an emoji is one. */
  function length(text) {
    return [...text.value.trim()].length;
  }

  function isOver(text) {
    const place = placeOf(text);
    return Boolean(place) && length(text) > Number(place.dataset.most);
  }

  function written(count) {
    return count.toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "fr");
  }

  function count(text) {
    const place = placeOf(text);
    const line = place.querySelector(".field-count");
    const most = Number(place.dataset.most);
    const now = length(text);
    const words = now > most ? place.dataset.over : place.dataset.near;
    const said = { count: written(now), most: written(most), over: written(now - most) };
    line.textContent =
      now < most * NEAR ? "" : words.replace(/\{(\w+)\}/g, (_blank, name) => said[name]);
    line.classList.toggle("field-count-over", now > most);
    if (now > most) text.setAttribute("aria-invalid", "true");
    else text.removeAttribute("aria-invalid");
  }

  function counted(target) {
    return target instanceof Element && target.matches("[data-most] textarea");
  }

  document.addEventListener("input", (event) => {
    if (counted(event.target)) count(event.target);
  });

  /* A text put back by a script, not typed. */
  document.addEventListener("focusin", (event) => {
    if (counted(event.target)) count(event.target);
  });

  window.portalCount = { isOver, count };
})();
