/* The line of a threshold over its chart: dragged, moved by keys, or followed as values are typed.
   components/thresholds/figure.py says what to draw; values go back to the page in kWh, those of
   the fields as they are typed: data/thresholds/rules/amounts.py alone reads them. */
(function () {
  "use strict";

  const VALUES = "thresholds-values";
  const FIELD = "thresholds-value-";
  const WAIT_MS = 200;
  const SVG = "http://www.w3.org/2000/svg";
  const TALL = 1000; /* of the drawing's own height */
  let shown = {}; /* what the server said last */
  let values = []; /* kWh by slot, null where nothing that can be drawn is typed */
  let typed = {}; /* by slot, the text of the field once typed in: the server says what it is worth */
  let fresh = "";
  let waiting = 0;
  let pressed = 0;

  const over = () => document.getElementById("thresholds-over");

  function make(name, look, text) {
    const element = document.createElement(name);
    element.className = look;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /* ---- Numbers, as i18n.py writes them ---- */

  function written(value) {
    const digits = Number.isInteger(value) ? 0 : 1;
    return value.toLocaleString(shown.locale || "fr", { maximumFractionDigits: digits });
  }

  /* As typed, but for the commas that English writes between thousands. */
  function textOf(field) {
    const text = field.value.trim();
    const english = shown.locale !== "fr" && /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text);
    return english ? text.replace(/,/g, "") : text;
  }

  /* What the line follows of a text, in kWh; null for what is no number. */
  function drawable(text) {
    const number = text.replace(/[ \u00a0\u202f]/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(number) ? Number(number) : null;
  }

  /* ---- The line and its handles ---- */

  /* None where the bar has no slot; that of the weather is another each day. */
  const limitOf = (bar) => (shown.limits ? shown.limits[bar] : values[shown.slots[bar]]);

  const height = (value) => Math.max(0, Math.min(1, value / shown.top));

  /* One path, broken where a bar has no limit. */
  function path() {
    let text = "";
    let before = null;
    for (let bar = 0; bar < shown.count; bar += 1) {
      const limit = limitOf(bar);
      if (limit === null || limit === undefined) {
        before = null;
      } else {
        const y = (1 - height(limit)) * TALL;
        text += before === null ? "M" + bar + "," + y : "V" + y;
        text += "H" + (bar + 1);
        before = limit;
      }
    }
    return text;
  }

  function drawLine(place) {
    let svg = place.querySelector("svg");
    if (!svg) {
      svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("class", "thresholds-line");
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      ["thresholds-casing", "thresholds-stroke"].forEach((look) => {
        const stroke = document.createElementNS(SVG, "path");
        stroke.setAttribute("class", look);
        svg.append(stroke);
      });
      place.append(svg);
    }
    svg.setAttribute("viewBox", "0 0 " + Math.max(1, shown.count) + " " + TALL);
    svg.querySelectorAll("path").forEach((stroke) => stroke.setAttribute("d", path()));
  }

  function middle(bar) {
    return ((bar + 0.5) / shown.count) * 100 + "%";
  }

  /* Handles stay where they are in the page: one may hold the focus, or be under a finger. */
  function drawHandles(place) {
    const known = [...place.querySelectorAll(".thresholds-handle")];
    known.slice(shown.handles.length).forEach((one) => one.remove());
    shown.handles.forEach((wanted, rank) => {
      const handle = known[rank] || make("span", "thresholds-handle");
      if (!known[rank]) {
        handle.tabIndex = 0;
        handle.setAttribute("role", "slider");
        handle.setAttribute("aria-orientation", "vertical");
        place.append(handle);
      }
      const value = values[wanted.slot];
      handle.dataset.slot = wanted.slot;
      handle.hidden = value === null || value === undefined;
      handle.setAttribute("aria-label", wanted.label);
      handle.setAttribute("aria-valuemin", "0");
      handle.setAttribute("aria-valuemax", String(Math.max(shown.top, value || 0)));
      handle.setAttribute("aria-valuenow", String(value || 0));
      handle.setAttribute("aria-valuetext", written(value || 0) + "\u00a0kWh");
      handle.style.left = middle(wanted.bar);
      handle.style.bottom = height(value || 0) * 100 + "%";
    });
  }

  function drawMarks(place) {
    place.querySelectorAll(".thresholds-mark").forEach((one) => one.remove());
    shown.marks.forEach((bar) => {
      const mark = make("span", "thresholds-mark", shown.mark);
      mark.setAttribute("aria-hidden", "true");
      const highest = Math.max(shown.energies[bar] || 0, limitOf(bar) || 0);
      mark.style.left = middle(bar);
      mark.style.bottom = height(highest) * 100 + "%";
      place.append(mark);
    });
  }

  function drawNames(place) {
    const wide = place.parentNode;
    place.querySelectorAll(".thresholds-name").forEach((one) => one.remove());
    wide.querySelectorAll(".thresholds-zone").forEach((one) => one.remove());
    shown.names.forEach((wanted) => {
      const name = make("span", "thresholds-name" + (wanted.strong ? " thresholds-now" : ""));
      name.setAttribute("aria-hidden", "true");
      name.append(make("span", "", wanted.text));
      if (wanted.year) name.append(make("span", "thresholds-year", wanted.year));
      name.style.left = middle(wanted.bar);
      place.append(name);
    });
    if (shown.handles.length > 1) {
      const zone = make("span", "thresholds-zone");
      zone.style.left = (shown.handles[0].bar / shown.count) * 100 + "%";
      wide.append(zone);
    }
  }

  function drawAxis() {
    const axis = document.querySelector(".thresholds-axis");
    if (!axis) return;
    axis.replaceChildren(
      ...shown.ticks.map((tick) => {
        const mark = make("span", "thresholds-tick", tick.text);
        mark.style.bottom = tick.at * 100 + "%";
        return mark;
      })
    );
  }

  function drawVolumes() {
    if (!shown.coefficient) return;
    document.querySelectorAll("[data-m3]").forEach((note) => {
      const value = values[Number(note.dataset.m3)];
      const known = value !== null && value !== undefined;
      const volume = known ? written(Math.round(value / shown.coefficient)) : "";
      note.textContent = known ? "=\u00a0" + volume + "\u00a0m³" : "";
    });
  }

  /* Another PCE of the group proposes others, and the fields are not drawn again. */
  function drawProposed() {
    document.querySelectorAll("[data-proposed]").forEach((note) => {
      const value = (shown.proposed || [])[Number(note.dataset.proposed)];
      note.textContent = value === undefined ? "" : shown.proposal.replace("{value}", written(value));
    });
  }

  /* A press that saves brings to the value that it is refused for; a phone shows it above the bar. */
  let saving = false;
  let firstWrong = "";

  function showWrong() {
    const field = saving && document.getElementById(FIELD + firstWrong);
    if (!field) return;
    saving = false;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("#thresholds-save")) return;
    saving = true;
    showWrong();
  });

  /* Each field that is wrong is marked, described by its own sentence, and has no line. */
  function mark(wrong) {
    const place = document.getElementById("thresholds-values-errors");
    if (!place) return "";
    const told = wrong || {};
    Object.keys(typed).forEach((slot) => {
      values[slot] = slot in told ? null : drawable(typed[slot]);
    });
    drawMoving();
    document.querySelectorAll("[id^=" + FIELD + "]").forEach((field) => {
      if (!(field instanceof HTMLInputElement)) return;
      const slot = field.id.slice(FIELD.length);
      const said = told[slot];
      field.classList.toggle("is-invalid", Boolean(said));
      if (said) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", FIELD + slot + "-error");
      } else {
        field.removeAttribute("aria-invalid");
        field.removeAttribute("aria-describedby");
      }
    });
    place.replaceChildren(
      ...Object.keys(told).map((slot) => {
        const line = make("p", "field-error", told[slot]);
        line.id = FIELD + slot + "-error";
        return line;
      })
    );
    [firstWrong = ""] = Object.keys(told); /* in the order of the months, as the sentence said */
    showWrong();
    return Object.keys(told).join(" ");
  }

  function drawMoving() {
    const place = over();
    if (!place || !shown.count) return;
    drawLine(place);
    drawHandles(place);
    drawMarks(place);
    drawVolumes();
  }

  /* A phone shows the last twelve months first; the others are to their left. */
  function scrollToEnd() {
    const scroll = document.querySelector(".thresholds-scroll");
    if (scroll) scroll.scrollLeft = scroll.scrollWidth;
  }

  /* From the last twelve months to all three years, which scroll, and back. */
  function showYears() {
    const plot = document.querySelector(".thresholds-plot");
    const scroll = document.querySelector(".thresholds-scroll");
    if (!plot || !scroll) return;
    if (plot.classList.toggle("thresholds-three")) scroll.scrollLeft = 0;
    else scrollToEnd();
  }

  function draw(told) {
    const place = over();
    if (!place) return "";
    const again = place.childElementCount > 0;
    shown = { marks: [], handles: [], names: [], ticks: [], ...told };
    if (!again || shown.fresh !== "") {
      if (!again || shown.fresh !== fresh) {
        values = [...(shown.values || [])];
        typed = {};
      }
      fresh = shown.fresh;
    }
    const wide = document.querySelector(".thresholds-wide");
    if (wide) wide.dataset.bars = shown.count === 36 ? "36" : "";
    place.querySelectorAll("svg").forEach((one) => !shown.count && one.remove());
    drawNames(place);
    drawProposed();
    drawMoving();
    drawAxis();
    if (!again) scrollToEnd();
    return String(shown.fresh || "");
  }

  /* ---- Values: from a field or a handle to the page, and to the other of them ---- */

  function typeInto(slot, value) {
    const field = document.getElementById(FIELD + slot);
    if (!field) return;
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    setter.call(field, value === null ? "" : written(value));
    const event = new Event("input", { bubbles: true });
    event.fromThresholds = true;
    field.dispatchEvent(event);
  }

  function say() {
    window.clearTimeout(waiting);
    waiting = 0;
    window.dash_clientside.set_props(VALUES, {
      data: values.map((value, slot) => (slot in typed ? typed[slot] : value)),
    });
  }

  function tell(soon) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(say, soon ? 0 : WAIT_MS);
  }

  function move(slot, value, soon) {
    delete typed[slot];
    values[slot] = Math.max(0, Math.round(value / shown.step) * shown.step);
    typeInto(slot, values[slot]);
    drawMoving();
    tell(soon);
  }

  document.addEventListener("input", (event) => {
    const { id } = event.target;
    if (!id || !id.startsWith(FIELD) || event.fromThresholds) return;
    const slot = Number(id.slice(FIELD.length));
    saving = false;
    typed[slot] = textOf(event.target);
    values[slot] = drawable(typed[slot]);
    drawMoving();
    tell(false);
  });

  document.addEventListener("focusout", (event) => {
    const { id } = event.target;
    if (id && id.startsWith(FIELD) && waiting) say(); /* before a press on "Enregistrer" is heard */
  });

  /* ---- A handle under the mouse or the finger ---- */

  let held = null;

  function handleOf(event) {
    return event.target instanceof Element ? event.target.closest(".thresholds-handle") : null;
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event);
    if (!handle || event.button > 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    const slot = Number(handle.dataset.slot);
    held = { slot, before: values[slot] };
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const box = over().getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (box.bottom - event.clientY) / box.height));
    move(held.slot, share * shown.top, false);
  });

  ["pointerup", "pointercancel"].forEach((kind) => {
    document.addEventListener(kind, () => {
      if (held && values[held.slot] !== held.before) tell(true);
      held = null;
    });
  });

  const MOVES = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

  document.addEventListener("keydown", (event) => {
    const handle = handleOf(event);
    if (!handle) return;
    const slot = Number(handle.dataset.slot);
    if (event.key === "Escape" && held) {
      move(held.slot, held.before, true);
      held = null;
    } else if (event.key in MOVES) {
      move(slot, (values[slot] || 0) + MOVES[event.key] * shown.step, false);
    } else if (event.key === "Home" || event.key === "End") {
      move(slot, event.key === "Home" ? 0 : shown.top, false);
    } else {
      return;
    }
    event.preventDefault();
  });

  /* ---- Presses on what a page draws many of ---- */

  function take() {
    typed = {};
    (shown.proposed || []).forEach((value, slot) => {
      values[slot] = value;
      typeInto(slot, value);
    });
    drawMoving();
    tell(true);
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-thresholds]");
    if (!button) return;
    pressed += 1;
    const put = window.dash_clientside.set_props;
    if (button.dataset.thresholds === "take") take();
    else if (button.dataset.thresholds === "years") showYears();
    else if (button.dataset.thresholds === "tell") {
      put("thresholds-pressed", { data: { who: button.dataset.who, n: pressed } });
    } else if (button.dataset.thresholds === "seen") {
      put("thresholds-seen", { data: { id: Number(button.dataset.id), n: pressed } });
    }
  });

  /* The panel of one person, filled with what the list says of them. */
  function openTell(press, told) {
    const { no_update } = window.dash_clientside;
    if (!press) return [no_update, no_update, no_update, no_update];
    const known = (told || []).find((one) => one.who === press.who);
    window.setTimeout(() => {
      const field = document.getElementById("thresholds-who");
      if (field) field.focus();
    }, 50);
    const entry = known || { who: "none", by: ["email"], every: "immediate" };
    return [false, entry.who, entry.by, entry.every];
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    thresholds: { draw, mark, openTell },
  });
})();
