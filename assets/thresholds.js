// @ts-check
/* The values of a threshold: dragged over its chart, moved by keys, or typed; what is drawn follows.
   They go back to the page in kWh, those of the fields as they are typed:
   data/thresholds/rules/amounts.py alone reads them. */
const thresholds = (() => {
  "use strict";

  const VALUES = "thresholds-values";
  const FIELD = "thresholds-value-";
  const WAIT_MS = 200;
  const DRAWN_MS = 50; /* after which what Dash has is drawn */
  const STEPS = new Map([
    ["ArrowUp", 1],
    ["ArrowRight", 1],
    ["ArrowDown", -1],
    ["ArrowLeft", -1],
    ["PageUp", 10],
    ["PageDown", -10],
  ]);

  const state = {
    figure: thresholdsFigure.empty() /* what the server said last */,
    values: /** @type {(number | null | undefined)[]} */ ([]) /* kWh by slot */,
    typed: /** @type {Record<number, string>} */ ({}) /* by slot, the text of a field: the server says its worth */,
    fresh: "" /* of the values that came from the server last */,
    timer: 0,
    drag: /** @type {{slot: number, before: number | null | undefined} | null} */ (null),
  };

  function over() {
    return document.getElementById("thresholds-over");
  }

  function drawMoving() {
    thresholdsFigure.drawMoving(over(), state.figure, state.values);
  }

  /** Draw what the server says; its values replace those here when they are fresh.
   * @param {any} data */
  function draw(data) {
    const place = over();
    if (!place) return "";
    const isAgain = place.childElementCount > 0;
    state.figure = { ...thresholdsFigure.empty(), ...data };
    const { fresh, values = [] } = data ?? {};
    if (!isAgain || fresh !== "") {
      if (!isAgain || fresh !== state.fresh) Object.assign(state, { values: [...(values ?? [])], typed: {} });
      state.fresh = fresh;
    }
    thresholdsFigure.drawStill(place, state.figure);
    drawMoving();
    if (!isAgain) thresholdsFigure.scrollToEnd();
    return String(fresh || "");
  }

  /* ---- Wrong values: a press that saves brings to the first; a phone shows it above the bar ---- */

  const refusal = { isSaving: false, first: "" };

  function showWrong() {
    const field = refusal.isSaving ? document.getElementById(FIELD + refusal.first) : null;
    if (!field) return;
    refusal.isSaving = false;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }

  document.addEventListener("click", (event) => {
    if (!portal.closest(event, "#thresholds-save")) return;
    refusal.isSaving = true;
    showWrong();
  });

  function fields() {
    return portal.all(`[id^=${FIELD}]`).filter((field) => field instanceof HTMLInputElement);
  }

  /** Mark each field that is wrong, described by its own sentence; it has no line.
   * @param {Record<string, string> | null} wrong sentences by slot, in the order of the months */
  function mark(wrong) {
    const place = document.getElementById("thresholds-values-errors");
    if (!place) return "";
    const sentences = wrong || {};
    Object.entries(state.typed).forEach(([slot, text]) => {
      state.values[Number(slot)] = slot in sentences ? null : parseValue(text);
    });
    drawMoving();
    fields().forEach((field) => {
      const slot = field.id.slice(FIELD.length);
      const isWrong = Boolean(sentences[slot]);
      field.classList.toggle("is-invalid", isWrong);
      portal.setAttribute(field, "aria-invalid", isWrong ? "true" : null);
      portal.setAttribute(field, "aria-describedby", isWrong ? `${FIELD}${slot}-error` : null);
    });
    place.replaceChildren(
      ...Object.entries(sentences).map(([slot, sentence]) => {
        const line = thresholdsFigure.make("p", "field-error", sentence);
        line.id = `${FIELD}${slot}-error`;
        return line;
      })
    );
    [refusal.first = ""] = Object.keys(sentences);
    showWrong();
    return Object.keys(sentences).join(" ");
  }

  /* ---- Values: from a field or a handle to the page, and to the other of them ---- */

  /** Return a text as typed, but for the commas that English writes between thousands.
   * @param {string} text @param {string} [locale] */
  function cleanText(text, locale) {
    const trimmed = text.trim();
    const isEnglish = locale !== "fr" && /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed);
    return isEnglish ? trimmed.replace(/,/g, "") : trimmed;
  }

  /** Return what the line follows of a text, in kWh; null for what is no number.
   * @param {string} text */
  function parseValue(text) {
    const number = text.replace(/[ \u00a0\u202f]/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(number) ? Number(number) : null;
  }

  /** @param {number} slot @param {number} value */
  function typeValue(slot, value) {
    const field = document.getElementById(FIELD + slot);
    const text = thresholdsFigure.formatValue(value, state.figure.locale);
    if (field instanceof HTMLInputElement) portal.typeInto(field, text);
  }

  function send() {
    window.clearTimeout(state.timer);
    state.timer = 0;
    portal.setProps(VALUES, { data: Array.from(state.values, (value, slot) => state.typed[slot] ?? value) });
  }

  /** @param {boolean} isSoon */
  function sendLater(isSoon) {
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(send, isSoon ? 0 : WAIT_MS);
  }

  /** Move a value to the nearest step of the chart.
   * @param {number} slot @param {number} value @param {boolean} isSoon */
  function move(slot, value, isSoon) {
    const { step } = state.figure;
    const rounded = Math.max(0, Math.round(value / step) * step);
    delete state.typed[slot];
    state.values[slot] = rounded;
    typeValue(slot, rounded);
    drawMoving();
    sendLater(isSoon);
  }

  function takeProposed() {
    state.typed = {};
    (state.figure.proposed || []).forEach((value, slot) => {
      state.values[slot] = value;
      typeValue(slot, value);
    });
    drawMoving();
    sendLater(true);
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.id.startsWith(FIELD) || portal.isByScript(event)) return;
    const slot = Number(field.id.slice(FIELD.length));
    refusal.isSaving = false;
    state.typed[slot] = cleanText(field.value, state.figure.locale);
    state.values[slot] = parseValue(state.typed[slot]);
    drawMoving();
    sendLater(false);
  });

  /* Before a press on "Enregistrer" is heard. */
  document.addEventListener("focusout", ({ target }) => {
    if (target instanceof Element && target.id.startsWith(FIELD) && state.timer) send();
  });

  /* ---- A handle under the mouse, the finger or the keys ---- */

  /** @param {Event} event */
  function handleAt(event) {
    return portal.closest(event, ".thresholds-handle");
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = handleAt(event);
    if (!handle || event.button > 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const slot = Number(handle.dataset.slot);
    state.drag = { slot, before: state.values[slot] };
  });

  document.addEventListener("pointermove", (event) => {
    const box = over()?.getBoundingClientRect();
    if (!state.drag || !box) return;
    const share = Math.max(0, Math.min(1, (box.bottom - event.clientY) / box.height));
    move(state.drag.slot, share * state.figure.top, false);
  });

  ["pointerup", "pointercancel"].forEach((kind) => {
    document.addEventListener(kind, () => {
      const { drag } = state;
      if (drag && state.values[drag.slot] !== drag.before) sendLater(true);
      state.drag = null;
    });
  });

  /** Return the value that a key leads to, null for a key that leads to none.
   * @param {string} key @param {number} value @param {{top: number, step: number}} figure */
  function valueFor(key, value, { top, step }) {
    if (key === "Home") return 0;
    if (key === "End") return top;
    const steps = STEPS.get(key);
    return steps === undefined ? null : value + steps * step;
  }

  document.addEventListener("keydown", (event) => {
    const handle = handleAt(event);
    if (!handle) return;
    const slot = Number(handle.dataset.slot);
    const value = valueFor(event.key, state.values[slot] || 0, state.figure);
    if (event.key === "Escape" && state.drag) {
      move(state.drag.slot, state.drag.before ?? 0, true);
      state.drag = null;
    } else if (value !== null) {
      move(slot, value, false);
    } else {
      return;
    }
    event.preventDefault();
  });

  /* ---- Presses on what a page draws many of ---- */

  portal.onPress("thresholds", {
    take: takeProposed,
    years: thresholdsFigure.toggleYears,
    tell: (button) => {
      portal.sendPress("thresholds-pressed", { who: button.dataset.who });
    },
    seen: (button) => {
      portal.sendPress("thresholds-seen", { id: Number(button.dataset.id) });
    },
  });

  /** Open the panel of one person, filled with what the list says of them.
   * @param {{who: string} | null} press
   * @param {{who: string, by: string[], every: string, after?: string}[] | null} people */
  function openPerson(press, people) {
    const { no_update } = window.dash_clientside;
    if (!press) return Array(5).fill(no_update);
    const person = (people || []).find(({ who }) => who === press.who);
    window.setTimeout(() => document.getElementById("thresholds-who")?.focus(), DRAWN_MS);
    const { who, by, every, after = "0" } = person ?? { who: "none", by: ["email"], every: "immediate" };
    return [false, who, by, every, after];
  }

  portal.provide("thresholds", { draw, mark, openTell: openPerson });

  return { cleanText, parseValue, valueFor };
})();
