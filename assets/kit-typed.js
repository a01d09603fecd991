// @ts-check
/* What is typed reaches the server once the hand rests, and at the latest when the field is left
   or anything is pressed: no press acts on an older value than the screen shows. What bears
   `data-settles`, in ms, holds the field; see components/kit/field.py. */
(() => {
  "use strict";

  const state = { field: /** @type {HTMLInputElement | null} */ (null), timer: 0 }; /* being typed in */

  /** Return the id as Dash knows it, which may be an object.
   * @param {HTMLInputElement} field */
  function idOf(field) {
    return field.id.startsWith("{") ? JSON.parse(field.id) : field.id;
  }

  function send() {
    const { field } = state;
    window.clearTimeout(state.timer);
    state.field = null;
    if (field?.isConnected) portal.setProps(idOf(field), { value: field.value });
  }

  document.addEventListener("input", (event) => {
    const place = portal.closest(event, "[data-settles]");
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!place || !field.id) return;
    if (state.field !== field) send();
    state.field = field;
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(send, Number(place.dataset.settles));
  });

  /** @param {Event} event */
  function sendIfLeft({ target }) {
    if (target === state.field) send();
  }

  /* Before the button hears of it; the calendar of a date is a press in its own field. */
  /** @param {Event} event */
  function sendIfElsewhere({ target }) {
    if (target !== state.field) send();
  }

  document.addEventListener("focusout", sendIfLeft, true);
  document.addEventListener("click", sendIfElsewhere, true);
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") send();
    },
    true
  );
})();
