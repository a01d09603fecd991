/* What is typed reaches the server once the hand rests, and at the latest when the field is left
   or anything is pressed: no press acts on an older value than the screen shows. What bears
   `data-settles`, in ms, holds the field; see components/kit/field.py. */
(function () {
  "use strict";

  let waiting = null; /* the field that is being typed in */
  let timer = 0;

  function idOf(field) {
    return field.id.startsWith("{") ? JSON.parse(field.id) : field.id;
  }

  function send() {
    const field = waiting;
    window.clearTimeout(timer);
    waiting = null;
    if (field && field.isConnected) {
      window.dash_clientside.set_props(idOf(field), { value: field.value });
    }
  }

  document.addEventListener("input", (event) => {
    const place = event.target instanceof Element && event.target.closest("[data-settles]");
    if (!place || !event.target.id) return;
    if (waiting !== event.target) send();
    waiting = event.target;
    window.clearTimeout(timer);
    timer = window.setTimeout(send, Number(place.dataset.settles));
  });

  document.addEventListener("focusout", (event) => event.target === waiting && send(), true);

  /* Before the button hears of it; the calendar of a date is a press in its own field. */
  document.addEventListener("click", (event) => event.target !== waiting && send(), true);

  document.addEventListener("keydown", (event) => event.key === "Enter" && send(), true);
})();
