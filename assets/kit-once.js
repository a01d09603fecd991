/* One press, one act: a second press on a button that writes is swallowed while the first is being
   answered, or has just been. A key that presses is a click too. What is only looked through
   (steps, pages, segments) is neither primary nor dangerous, and may be pressed as fast as one likes. */
(function () {
  "use strict";

  const JUST_MS = 600;
  const WRITES = "button:is(.btn-primary, .btn-danger, [data-once]):not([data-opens], [data-does])"; /* files have a guard of their own */
  const ask = window.fetch;
  const presses = new WeakMap(); /* by button, when it was pressed or answered last */
  const asking = new Map(); /* by "id.n_clicks", how many requests it waits for */
  let last = null; /* the button pressed last: who pressed another in between presses anew */

  function nameOf(button) {
    return button.id ? JSON.stringify(button.id + ".n_clicks") : "";
  }

  /* A timestamp of the event, not of now: a phone that is busy hears a press late. */
  function isAgain(button, at) {
    if (asking.get(nameOf(button))) return true;
    return last === button && presses.has(button) && at - presses.get(button) < JUST_MS;
  }

  function buttonOf(name) {
    return document.getElementById(JSON.parse(name).replace(/\.n_clicks$/, ""));
  }

  /* What follows an answer (another page, a form drawn again) comes a moment after it. */
  function answered(name) {
    asking.set(name, asking.get(name) - 1);
    const button = buttonOf(name);
    if (button) presses.set(button, performance.now());
  }

  function namesIn(request) {
    const address = String(request[0].url || request[0]);
    const body = request[1] && request[1].body;
    if (!address.includes("_dash-update-component") || typeof body !== "string") return [];
    const { changedPropIds } = JSON.parse(body);
    return (changedPropIds || []).filter((id) => id.endsWith(".n_clicks")).map((id) => JSON.stringify(id));
  }

  window.fetch = function (...request) {
    /* A page that opens names every button: only those that were pressed wait for an answer. */
    const names = namesIn(request).filter((name) => presses.has(buttonOf(name)));
    if (!names.length) return ask.apply(this, request);
    names.forEach((name) => asking.set(name, (asking.get(name) || 0) + 1));
    return ask.apply(this, request).finally(() => names.forEach(answered));
  };

  window.addEventListener(
    "click",
    (event) => {
      const any = event.target instanceof Element && event.target.closest("button");
      const button = any && any.matches(WRITES) && any;
      const again = button && isAgain(button, event.timeStamp);
      if (any) last = any;
      if (!button) return;
      if (again) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else {
        presses.set(button, event.timeStamp);
      }
    },
    true
  );

  /* Who typed in between presses anew. */
  window.addEventListener("input", () => document.querySelectorAll(WRITES).forEach((one) => presses.delete(one)), true);
})();
