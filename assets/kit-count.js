// @ts-check
/* How long a text may be: said near the limit and beyond it, never cut short. What bears
   `data-most` holds the text and the line that says it; see components/kit/field.py. */
const kitCount = (() => {
  "use strict";

  const NEAR = 0.9;

  /** @typedef {HTMLTextAreaElement | HTMLInputElement} Text */

  /** Count signs as the server does: an emoji is one.
   * @param {string} text */
  function lengthOf(text) {
    return [...text.trim()].length;
  }

  /** @param {Text} text */
  function isOver(text) {
    const place = text.closest("[data-most]");
    return Boolean(place) && lengthOf(text.value) > Number(place?.dataset.most);
  }

  /** Say how long a text is, once it comes near what it may be; "" before.
   * @param {number} length @param {number} most @param {{near?: string, over?: string}} words */
  function describe(length, most, words) {
    if (length < most * NEAR) return "";
    return portal.fillBlanks((length > most ? words.over : words.near) ?? "", {
      count: portal.formatNumber(length),
      most: portal.formatNumber(most),
      over: portal.formatNumber(length - most),
    });
  }

  /** @param {Text} text */
  function count(text) {
    const place = text.closest("[data-most]");
    if (!place) return;
    const line = portal.need(".field-count", place);
    const most = Number(place.dataset.most);
    const length = lengthOf(text.value);
    line.textContent = describe(length, most, place.dataset);
    line.classList.toggle("field-count-over", length > most);
    portal.setAttribute(text, "aria-invalid", length > most ? "true" : null);
  }

  /* Typed, or put back by a script. */
  ["input", "focusin"].forEach((kind) => {
    document.addEventListener(kind, ({ target }) => {
      if (target instanceof HTMLTextAreaElement && target.closest("[data-most]")) count(target);
    });
  });

  return { lengthOf, isOver, describe, count };
})();
