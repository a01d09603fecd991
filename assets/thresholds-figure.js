// @ts-check
/* What is drawn over the chart of a threshold: its line, the handles that move it, marks and words.
   components/thresholds/figure.py says what to draw. */
const thresholdsFigure = (() => {
  "use strict";

  /** @typedef {number | null | undefined} Value in kWh, by slot; none where nothing that can be drawn is typed */
  /** @typedef {{
   *   locale?: string, fresh?: string, top: number, step: number, count: number, coefficient?: number,
   *   values?: number[], energies: (number | null)[], slots: number[], limits?: (number | null)[] | null,
   *   handles: {slot: number, bar: number, label: string}[], marks: number[], mark: string,
   *   names: {text: string, bar: number, strong?: boolean, year?: string}[],
   *   ticks: {at: number, text: string}[], proposed?: number[], proposal?: string
   * }} Figure */

  const SVG = "http://www.w3.org/2000/svg";
  const TALL = 1000; /* of the drawing's own height */

  /** @returns {Figure} */
  function empty() {
    return { top: 1, step: 1, count: 0, energies: [], slots: [], handles: [], marks: [], mark: "", names: [], ticks: [] };
  }

  /** @param {string} name @param {string} look @param {string} [text] */
  function make(name, look, text) {
    const element = document.createElement(name);
    element.className = look;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /** Write a value as i18n.py does, with one decimal where it has any.
   * @param {number} value @param {string} [locale] */
  function formatValue(value, locale = "fr") {
    return value.toLocaleString(locale, { maximumFractionDigits: Number.isInteger(value) ? 0 : 1 });
  }

  /** Return the limit of a bar: none where it has no slot; that of the weather is another each day.
   * @param {Figure} figure @param {Value[]} values @param {number} bar */
  function limitOf(figure, values, bar) {
    return figure.limits ? figure.limits[bar] : values[figure.slots[bar]];
  }

  /** Return how high a value stands, from 0 to 1.
   * @param {Figure} figure @param {number} value */
  function heightOf(figure, value) {
    return Math.max(0, Math.min(1, value / figure.top));
  }

  /** Return the line as one path of SVG, broken where a bar has no limit.
   * @param {Figure} figure @param {Value[]} values */
  function pathOf(figure, values) {
    let path = "";
    let isBroken = true;
    for (let bar = 0; bar < figure.count; bar += 1) {
      const limit = limitOf(figure, values, bar);
      if (limit === null || limit === undefined) {
        isBroken = true;
      } else {
        const y = (1 - heightOf(figure, limit)) * TALL;
        path += `${isBroken ? `M${bar},${y}` : `V${y}`}H${bar + 1}`;
        isBroken = false;
      }
    }
    return path;
  }

  /** @param {number} share */
  function percent(share) {
    return `${share * 100}%`;
  }

  /** Return the middle of a bar.
   * @param {Figure} figure @param {number} bar */
  function middleOf(figure, bar) {
    return percent((bar + 0.5) / figure.count);
  }

  /** @param {HTMLElement} place */
  function makeLine(place) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "thresholds-line");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    ["thresholds-casing", "thresholds-stroke"].forEach((look) => {
      const stroke = document.createElementNS(SVG, "path");
      stroke.setAttribute("class", look);
      svg.append(stroke);
    });
    place.append(svg);
    return svg;
  }

  /** @param {HTMLElement} place @param {Figure} figure @param {Value[]} values */
  function drawLine(place, figure, values) {
    const svg = place.querySelector("svg") ?? makeLine(place);
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, figure.count)} ${TALL}`);
    portal.all("path", svg).forEach((stroke) => stroke.setAttribute("d", pathOf(figure, values)));
  }

  /** @param {HTMLElement} place */
  function makeHandle(place) {
    const handle = make("span", "thresholds-handle");
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-orientation", "vertical");
    place.append(handle);
    return handle;
  }

  /* Handles stay where they are in the page: one may hold the focus, or be under a finger. */
  /** @param {HTMLElement} place @param {Figure} figure @param {Value[]} values */
  function drawHandles(place, figure, values) {
    const existing = portal.all(".thresholds-handle", place);
    existing.slice(figure.handles.length).forEach((handle) => handle.remove());
    figure.handles.forEach(({ slot, bar, label }, rank) => {
      const handle = existing[rank] ?? makeHandle(place);
      const value = values[slot];
      handle.dataset.slot = String(slot);
      handle.hidden = value === null || value === undefined;
      handle.setAttribute("aria-label", label);
      handle.setAttribute("aria-valuemin", "0");
      handle.setAttribute("aria-valuemax", String(Math.max(figure.top, value || 0)));
      handle.setAttribute("aria-valuenow", String(value || 0));
      handle.setAttribute("aria-valuetext", `${formatValue(value || 0, figure.locale)}\u00a0kWh`);
      handle.style.left = middleOf(figure, bar);
      handle.style.bottom = percent(heightOf(figure, value || 0));
    });
  }

  /** @param {HTMLElement} place @param {Figure} figure @param {Value[]} values */
  function drawMarks(place, figure, values) {
    portal.all(".thresholds-mark", place).forEach((mark) => mark.remove());
    figure.marks.forEach((bar) => {
      const mark = make("span", "thresholds-mark", figure.mark);
      mark.setAttribute("aria-hidden", "true");
      const highest = Math.max(figure.energies[bar] || 0, limitOf(figure, values, bar) || 0);
      mark.style.left = middleOf(figure, bar);
      mark.style.bottom = percent(heightOf(figure, highest));
      place.append(mark);
    });
  }

  /** @param {HTMLElement} place @param {Figure} figure */
  function drawNames(place, figure) {
    const wide = place.parentElement;
    portal.all(".thresholds-name", place).forEach((name) => name.remove());
    if (wide) portal.all(".thresholds-zone", wide).forEach((zone) => zone.remove());
    figure.names.forEach(({ text, bar, strong, year }) => {
      const name = make("span", `thresholds-name${strong ? " thresholds-now" : ""}`);
      name.setAttribute("aria-hidden", "true");
      name.append(make("span", "", text));
      if (year) name.append(make("span", "thresholds-year", year));
      name.style.left = middleOf(figure, bar);
      place.append(name);
    });
    if (figure.handles.length > 1) {
      const zone = make("span", "thresholds-zone");
      zone.style.left = percent(figure.handles[0].bar / figure.count);
      wide?.append(zone);
    }
  }

  /** @param {Figure} figure */
  function drawAxis(figure) {
    document.querySelector(".thresholds-axis")?.replaceChildren(
      ...figure.ticks.map((tick) => {
        const mark = make("span", "thresholds-tick", tick.text);
        mark.style.bottom = percent(tick.at);
        return mark;
      })
    );
  }

  /** Say beside each field what its value is in cubic metres.
   * @param {Figure} figure @param {Value[]} values */
  function drawVolumes(figure, values) {
    const { coefficient, locale } = figure;
    if (!coefficient) return;
    portal.all("[data-m3]").forEach((note) => {
      const value = values[Number(note.dataset.m3)];
      const isKnown = value !== null && value !== undefined;
      note.textContent = isKnown ? `=\u00a0${formatValue(Math.round(value / coefficient), locale)}\u00a0m³` : "";
    });
  }

  /* Another PCE of the group proposes others, and the fields are not drawn again. */
  /** @param {Figure} figure */
  function drawProposed({ proposed = [], proposal = "", locale }) {
    portal.all("[data-proposed]").forEach((note) => {
      const value = proposed[Number(note.dataset.proposed)];
      note.textContent = value === undefined ? "" : proposal.replace("{value}", formatValue(value, locale));
    });
  }

  /** Draw what moves with the values.
   * @param {HTMLElement | null} place @param {Figure} figure @param {Value[]} values */
  function drawMoving(place, figure, values) {
    if (!place || !figure.count) return;
    drawLine(place, figure, values);
    drawHandles(place, figure, values);
    drawMarks(place, figure, values);
    drawVolumes(figure, values);
  }

  /** Draw what the server alone changes.
   * @param {HTMLElement} place @param {Figure} figure */
  function drawStill(place, figure) {
    const wide = document.querySelector(".thresholds-wide");
    if (wide) wide.dataset.bars = figure.count === 36 ? "36" : "";
    if (!figure.count) portal.all("svg", place).forEach((svg) => svg.remove());
    drawNames(place, figure);
    drawProposed(figure);
    drawAxis(figure);
  }

  /* A phone shows the last twelve months first; the others are to their left. */
  function scrollToEnd() {
    const scroll = document.querySelector(".thresholds-scroll");
    if (scroll) scroll.scrollLeft = scroll.scrollWidth;
  }

  /* From the last twelve months to all three years, which scroll, and back. */
  function toggleYears() {
    const plot = document.querySelector(".thresholds-plot");
    const scroll = document.querySelector(".thresholds-scroll");
    if (!plot || !scroll) return;
    if (plot.classList.toggle("thresholds-three")) scroll.scrollLeft = 0;
    else scrollToEnd();
  }

  return { empty, make, formatValue, pathOf, drawMoving, drawStill, scrollToEnd, toggleYears };
})();
