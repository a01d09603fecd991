// @ts-check
/* The strip of months under the chart: its window follows the period shown, and chooses another by its
   handles, which are native ranges, or by drawing across the months. */
const consumptionOverview = (() => {
  "use strict";

  const ENDS = ["consumption-overview-first", "consumption-overview-last"];
  const REST_MS = 350; /* between two presses of a key that moves a handle */

  /** @typedef {{start: number, stop: number}} Span months from `start` up to `stop`, left out */

  const state = {
    shown: /** @type {Span} */ ({ start: 0, stop: 1 }),
    drag: /** @type {null | {from: number, shown: Span, isMove: boolean, pointer: number}} */ (null),
    timer: 0,
  };

  /** @returns {HTMLElement | null} */
  function strip() {
    return document.querySelector("#consumption-overview .overview-strip");
  }

  /** @returns {string[]} the first day of each month */
  function months() {
    const box = strip();
    return (box && portal.parseData(box, "months")) ?? [];
  }

  /** Return the months that hold some days; null where the strip has none of them.
   * @param {string} first @param {string} last @param {string[]} starts
   * @returns {Span | null} */
  function spanOf(first, last, starts) {
    const end = starts.filter((start) => start <= last).length;
    const start = Math.max(0, starts.filter((day) => day <= first).length - 1);
    return end > 0 ? { start, stop: Math.max(end, start + 1) } : null;
  }

  /** Return the first and last day of some months.
   * @param {Span} span @param {string[]} starts @param {string} ending last day of the strip */
  function daysOf({ start, stop }, starts, ending) {
    const next = starts[stop];
    if (!next) return { first: starts[start], last: ending };
    const last = new Date(`${next}T12:00:00Z`);
    last.setUTCDate(0);
    return { first: starts[start], last: last.toISOString().slice(0, 10) };
  }

  /** Move a span by some months, within the strip.
   * @param {Span} span @param {number} by @param {number} count of months */
  function moved({ start, stop }, by, count) {
    const step = Math.max(-start, Math.min(count - stop, by));
    return { start: start + step, stop: stop + step };
  }

  /** Draw the window and its handles, and name their months.
   * @param {Span} span */
  function draw(span) {
    const box = strip();
    if (!box) return;
    const names = portal.parseData(box, "names");
    state.shown = span;
    box.style.setProperty("--from", String(span.start / names.length));
    box.style.setProperty("--to", String(span.stop / names.length));
    portal.all(".overview-bar", box).forEach((bar, rank) => {
      bar.classList.toggle("overview-in", rank >= span.start && rank < span.stop);
    });
    [span.start, span.stop].forEach((place, end) => {
      const field = /** @type {HTMLInputElement | null} */ (document.getElementById(ENDS[end]));
      if (!field) return;
      if (Number(field.value) !== place) portal.setProps(ENDS[end], { value: place });
      field.value = String(place);
      portal.setAttribute(field, "aria-valuetext", names[end ? place - 1 : place] ?? "");
    });
  }

  /** Ask for the months of the window. */
  function send() {
    const box = strip();
    if (box) portal.sendPress("consumption-zoom", daysOf(state.shown, months(), box.dataset.last ?? ""));
  }

  function sendSoon() {
    clearTimeout(state.timer);
    state.timer = window.setTimeout(send, REST_MS);
  }

  /** Follow the days shown, once the strip is there.
   * @param {string} first @param {string} last */
  function placeWindow(first, last) {
    window.requestAnimationFrame(() => {
      const span = spanOf(first || "", last || "", months());
      strip()?.classList.toggle("overview-off", !span);
      draw(span ?? { start: 0, stop: 1 });
    });
  }

  /* ---- Handles ---- */

  document.addEventListener("input", ({ target }) => {
    const end = target instanceof HTMLInputElement ? ENDS.indexOf(target.id) : -1;
    if (end < 0) return;
    const place = Number(/** @type {HTMLInputElement} */ (target).value);
    const { start, stop } = state.shown;
    draw(end ? { start, stop: Math.max(place, start + 1) } : { start: Math.min(place, stop - 1), stop });
    sendSoon();
  });

  /* ---- A pointer on the months: it moves the window, or draws another ---- */

  /** Return the month under a pointer.
   * @param {PointerEvent} event @param {HTMLElement} box */
  function monthAt(event, box) {
    const { left, width } = box.getBoundingClientRect();
    const count = months().length;
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - left) / width) * count)));
  }

  document.addEventListener("pointerdown", (event) => {
    const box = strip();
    if (!box || event.button || !portal.closest(event, ".overview-bars")) return;
    const { shown } = state;
    const from = monthAt(event, box);
    const isMove = from >= shown.start && from < shown.stop && shown.stop - shown.start < months().length;
    state.drag = { from, shown, isMove, pointer: event.pointerId };
    box.setPointerCapture(event.pointerId);
  });

  document.addEventListener("pointermove", (event) => {
    const { drag } = state;
    const box = strip();
    if (!drag || !box || event.pointerId !== drag.pointer) return;
    const to = monthAt(event, box);
    const drawn = { start: Math.min(drag.from, to), stop: Math.max(drag.from, to) + 1 };
    if (to !== drag.from || state.shown !== drag.shown) {
      draw(drag.isMove ? moved(drag.shown, to - drag.from, months().length) : drawn);
    }
  });

  document.addEventListener("pointerup", (event) => {
    const { drag } = state;
    if (!drag || event.pointerId !== drag.pointer) return;
    state.drag = null;
    if (state.shown !== drag.shown) send();
  });

  document.addEventListener("pointercancel", () => {
    if (state.drag) draw(state.drag.shown);
    state.drag = null;
  });

  document.addEventListener("click", (event) => {
    const button = portal.closest(event, ".overview [data-zoom]");
    if (button) portal.sendPress("consumption-zoom", { period: button.dataset.zoom });
  });

  document.addEventListener("dblclick", (event) => {
    if (portal.closest(event, ".overview-bars")) portal.sendPress("consumption-zoom", { period: "12m" });
  });

  return { placeWindow, spanOf, daysOf, moved };
})();
