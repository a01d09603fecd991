// @ts-check
/* One press, one act: a second press on a button that writes is swallowed while the first is being
   answered, or has just been. A key that presses is a click too. What is only looked through
   (steps, pages, segments) is neither primary nor dangerous, and may be pressed as fast as one likes. */
(() => {
  "use strict";

  const JUST_MS = 600;
  const WRITES = "button:is(.btn-primary, .btn-danger, [data-once]):not([data-opens], [data-does])"; /* files have a guard of their own */
  const sendRequest = window.fetch;

  const state = {
    presses: /** @type {WeakMap<Element, number>} */ (new WeakMap()) /* when it was pressed or answered last */,
    waiting: /** @type {Map<string, number>} */ (new Map()) /* by "id.n_clicks", how many requests it waits for */,
    last: /** @type {Element | null} */ (null) /* who pressed another in between presses anew */,
  };

  /** @param {Element} button */
  function nameOf(button) {
    return button.id ? JSON.stringify(`${button.id}.n_clicks`) : "";
  }

  /** @param {string} name */
  function buttonOf(name) {
    return document.getElementById(JSON.parse(name).replace(/\.n_clicks$/, ""));
  }

  /** Tell whether a press only repeats the one before it.
   * @param {Element} button @param {number} at timestamp of the event: a phone that is busy hears it late */
  function isRepeated(button, at) {
    if (state.waiting.get(nameOf(button))) return true;
    return state.last === button && at - (state.presses.get(button) ?? -Infinity) < JUST_MS;
  }

  /** @param {Element | null} button @param {number} at */
  function notePress(button, at) {
    if (button) state.presses.set(button, at);
  }

  /* What follows an answer (another page, a form drawn again) comes a moment after it. */
  /** @param {string} name */
  function noteAnswer(name) {
    state.waiting.set(name, (state.waiting.get(name) ?? 1) - 1);
    notePress(buttonOf(name), performance.now());
  }

  /** List the buttons that a request of Dash is about.
   * @param {Parameters<typeof fetch>} request */
  function namesIn([resource, options]) {
    const address = resource instanceof Request ? resource.url : String(resource);
    const body = options?.body;
    if (!address.includes("_dash-update-component") || typeof body !== "string") return [];
    const ids = /** @type {string[]} */ (JSON.parse(body).changedPropIds || []);
    return ids.filter((id) => id.endsWith(".n_clicks")).map((id) => JSON.stringify(id));
  }

  /** @param {string} name */
  function wasPressed(name) {
    const button = buttonOf(name);
    return Boolean(button && state.presses.has(button));
  }

  window.fetch = (...request) => {
    /* A page that opens names every button: only those that were pressed wait for an answer. */
    const names = namesIn(request).filter(wasPressed);
    const answer = sendRequest.apply(window, request);
    if (!names.length) return answer;
    names.forEach((name) => state.waiting.set(name, (state.waiting.get(name) ?? 0) + 1));
    return answer.finally(() => names.forEach(noteAnswer));
  };

  window.addEventListener(
    "click",
    (event) => {
      const any = portal.closest(event, "button");
      const button = any?.matches(WRITES) ? any : null;
      const isAgain = button && isRepeated(button, event.timeStamp);
      if (any) state.last = any;
      if (isAgain) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else {
        notePress(button, event.timeStamp);
      }
    },
    true
  );

  /* Who typed in between presses anew. */
  window.addEventListener(
    "input",
    () => portal.all(WRITES).forEach((button) => state.presses.delete(button)),
    true
  );
})();
