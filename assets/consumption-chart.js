// @ts-check
/* The consumption chart under the mouse, the finger and the keyboard: its tooltip, and the bars that
   open. */
const consumptionChart = (() => {
  "use strict";

  const CHART = "consumption-chart";
  const GRID = "consumption-table";
  const NOTE_ON = "consumption-note-on";
  const TIP_ON = "consumption-tip-on";
  const STEPS = new Map([["ArrowLeft", -1], ["ArrowRight", 1], ["PageUp", -7], ["PageDown", 7]]);

  const state = { bar: -1 }; /* that the tooltip speaks of, or spoke of last */

  /* ---- The bars ---- */

  function plot() {
    return document.getElementById("consumption-plot");
  }

  function frameOfBars() {
    return document.querySelector("#consumption-over .consumption-frame");
  }

  function tip() {
    return document.getElementById("consumption-tip");
  }

  /** Return what the server says of the chart: the first days of its bars, and `room` at their right.
   * @returns {{days?: string[], room?: number}} */
  function meta() {
    const chart = /** @type {any} */ (document.querySelector(`#${CHART} .js-plotly-plot`));
    return chart?.layout?.meta ?? {};
  }

  function days() {
    return meta().days ?? [];
  }

  /** Return how many columns wide the plot is: the bars, and room at the right for the words of a limit. */
  function columns() {
    return days().length + (meta().room || 0);
  }

  /** Return the rank of the bar under an abscissa, -1 outside the plot.
   * @param {number} x @param {{left: number, right: number, width: number}} box
   * @param {number} bars @param {number} wide columns of the plot */
  function rankAt(x, box, bars, wide) {
    if (!bars || x < box.left || x > box.right) return -1;
    const rank = Math.floor(((x - box.left) / box.width) * wide);
    return rank > bars ? -1 : Math.min(bars - 1, rank);
  }

  /** @param {number} x in the window */
  function barAt(x) {
    const box = frameOfBars()?.getBoundingClientRect();
    return box ? rankAt(x, box, days().length, columns()) : -1;
  }

  /* ---- The tooltip says what the table says ---- */

  function grid() {
    try {
      return window.dash_ag_grid.getApi(GRID);
    } catch {
      return null;
    }
  }

  /** @param {any} cell */
  function textOf(cell) {
    return cell && typeof cell === "object" ? cell.text || cell.word || "" : cell;
  }

  /** @typedef {{name: string, text: string, unit: string, field: string}} Fact */

  /** List what the table says of a bar, in the order of its columns.
   * @param {string} day
   * @returns {Fact[]} */
  function factsOf(day) {
    const api = grid();
    const node = api?.getRowNode(day);
    if (!node?.data) return [];
    const facts = /** @type {any[]} */ (api.getColumnDefs()).map((column) => ({
      name: column.headerName,
      text: textOf(node.data[column.field]),
      unit: column.headerComponentParams?.unit || "",
      field: column.field,
    }));
    return facts.filter(({ text }) => text && text !== "–");
  }

  /** Write a value of the table with its unit: `363 j sur 365`, `11,2 kWh/m³`; a cell that has its own keeps it.
   * @param {Fact} fact @param {string} coverage the sentence of known days */
  function describe({ text, unit, field }, coverage) {
    if (field === "coverage") {
      const [known, all] = text.split("/");
      return portal.fillBlanks(coverage, { known, days: all });
    }
    return unit && !text.includes(unit) ? `${text}\u00a0${unit}` : text;
  }

  /** @param {string} name @param {string} value @param {boolean} isHead */
  function makeLine(name, value, isHead) {
    const row = document.createElement("div");
    const [left, right] = [0, 1].map(() => document.createElement(isHead ? "b" : "span"));
    left.textContent = name;
    right.textContent = value;
    row.append(left, right);
    return row;
  }

  /** Fill the tooltip; return whether the table says anything of the day.
   * @param {HTMLElement} card @param {string} day */
  function fillTip(card, day) {
    const [period, value, ...rest] = factsOf(day);
    if (!period) return false;
    const text = value?.text ?? "";
    const whole = value?.field === "value" ? `${text}\u00a0${value.unit}` : "";
    const head = makeLine(period.text, /\d/.test(text) ? whole : text, true);
    const coverage = card.dataset.coverage ?? "";
    card.replaceChildren(head, ...rest.map((fact) => makeLine(fact.name, describe(fact, coverage), false)));
    return true;
  }

  /** @param {number} rank */
  function showTip(rank) {
    const [box, outer, card] = [frameOfBars(), plot(), tip()];
    const day = days()[rank];
    if (!box || !outer || !card || !day) {
      hideTip();
      return;
    }
    if (rank === state.bar && card.classList.contains(TIP_ON)) return;
    state.bar = rank;
    if (!fillTip(card, day)) return;
    card.classList.add(TIP_ON);
    const [area, around] = [box.getBoundingClientRect(), outer.getBoundingClientRect()];
    const column = area.width / columns();
    const middle = area.left - around.left + column * (rank + 0.5);
    const gap = Math.max(column / 2, 8) + 4;
    card.style.left = `${placeTip(middle, gap, card.offsetWidth, around.width)}px`;
    putBand("consumption-mark", rank);
    putNoteButton(middle, day);
    markRow(day);
  }

  /* ---- What goes with the bar that is pointed at: its row of the table, and the button of a note ---- */

  function noteButton() {
    return document.querySelector(".consumption-note-here");
  }

  /** Put the button that annotates a day on top of its bar.
   * @param {number} middle of the bar @param {string} day */
  function putNoteButton(middle, day) {
    const button = noteButton();
    if (!button) return;
    button.dataset.day = day;
    button.style.left = `${middle}px`;
    button.classList.add(NOTE_ON);
  }

  /** Mark the row of a day alone; it stays marked once the pointer has left for the table.
   * @param {string} day */
  function markRow(day) {
    const table = document.getElementById(GRID);
    if (!table) return;
    portal.all(".ag-row[aria-current]", table).forEach((row) => portal.setAttribute(row, "aria-current", null));
    portal
      .all(".ag-row", table)
      .filter((row) => row.getAttribute("row-id") === day)
      .forEach((row) => portal.setAttribute(row, "aria-current", "true"));
  }

  /** Show the row of a day that a table of its own height holds out of sight.
   * @param {string} day */
  function scrollToRow(day) {
    const node = grid()?.getRowNode(day);
    if (!node) return;
    grid().ensureNodeVisible(node);
    window.requestAnimationFrame(() => markRow(day));
  }

  /** Return the bar of the row of the table that is pointed at or has the focus, -1 without one.
   * @param {EventTarget | null} target */
  function barOfRow(target) {
    const row = target instanceof Element ? target.closest(`#${GRID} .ag-row[row-id]`) : null;
    return row ? days().indexOf(row.getAttribute("row-id") ?? "") : -1;
  }

  /** Mark the bar of a row, and the row; return whether there is such a bar.
   * @param {EventTarget | null} target */
  function followRow(target) {
    const rank = barOfRow(target);
    if (rank < 0) return false;
    state.bar = rank;
    putBand("consumption-mark", rank);
    markRow(days()[rank]);
    return true;
  }

  /** Place the tooltip after its bar, before it where there is no room, and never out of the plot.
   * @param {number} middle of the bar @param {number} gap @param {number} width @param {number} room */
  function placeTip(middle, gap, width, room) {
    const after = middle + gap;
    const left = after + width <= room ? after : Math.max(0, middle - gap - width);
    return Math.min(left, Math.max(0, room - width));
  }

  function hideTip() {
    tip()?.classList.remove(TIP_ON);
    noteButton()?.classList.remove(NOTE_ON);
    dropBand("consumption-mark");
  }

  /* ---- Bands: the column that the tooltip speaks of, and that of the day whose detail is open ---- */

  /** @param {string} look @param {number} rank */
  function putBand(look, rank) {
    const box = frameOfBars();
    const band = box?.querySelector(`.${look}`) ?? document.createElement("span");
    if (!band.isConnected) {
      band.className = look;
      box?.prepend(band);
    }
    band.style.left = `${(rank / columns()) * 100}%`;
    band.style.width = `${100 / columns()}%`;
  }

  /** @param {string} look */
  function dropBand(look) {
    frameOfBars()?.querySelector(`.${look}`)?.remove();
  }

  /** @param {string | null} day */
  function markDay(day) {
    const rank = day ? days().indexOf(day) : -1;
    if (rank < 0) dropBand("consumption-opened");
    else putBand("consumption-opened", rank);
  }

  /** Give the focus back to the chart, on the bar of a day.
   * @param {string} day */
  function focusDay(day) {
    const box = document.getElementById(`${CHART}-box`);
    if (!box) return;
    state.bar = days().indexOf(day);
    box.focus({ preventScroll: true });
  }

  /* ---- Listening ---- */

  /** @param {Event} event */
  function isOnBox(event) {
    return event.target instanceof Element && event.target.id === `${CHART}-box`;
  }

  document.addEventListener("pointermove", (event) => {
    const outer = plot();
    if (event.pointerType === "touch" || !outer) return;
    if (portal.closest(event, ".consumption-note-here")) return;
    if (portal.closest(event, "#consumption-plot")) showTip(barAt(event.clientX));
    else if (!outer.contains(document.activeElement)) {
      hideTip();
      if (!followRow(event.target)) followRow(document.activeElement);
    }
  });

  document.addEventListener("focusin", ({ target }) => {
    if (!followRow(target) && !plot()?.contains(document.activeElement)) dropBand("consumption-mark");
  });

  document.addEventListener("click", (event) => {
    const isElsewhere = !portal.closest(event, "#consumption-plot") || portal.closest(event, ".consumption-empty, a, button");
    if (!event.isTrusted || isElsewhere) return;
    const rank = barAt(event.clientX);
    const isRead = rank === state.bar && tip()?.classList.contains(TIP_ON);
    if (/** @type {PointerEvent} */ (event).pointerType === "touch" && !isRead) {
      showTip(rank); /* a finger reads first, opens at the second touch */
      return;
    }
    hideTip();
    consumptionDay.open(days()[rank]);
  });

  /** Return the bar that a key leads to, null for a key that leads to none.
   * @param {string} key @param {number} bar from which, -1 for none @param {number} count of bars */
  function barFor(key, bar, count) {
    const last = count - 1;
    if (key === "Home") return 0;
    if (key === "End") return last;
    const step = STEPS.get(key);
    if (step === undefined) return null;
    const start = last + (key === "ArrowLeft" ? 1 : 0);
    return Math.max(0, Math.min(last, (bar < 0 || bar > last ? start : bar) + step));
  }

  /** Do what a key asks of the chart; return whether it asked anything that the page must not do too.
   * @param {KeyboardEvent} event */
  function act(event) {
    const bar = barFor(event.key, state.bar, days().length);
    const isOrigin = event.key.toLowerCase() === "o" && !event.ctrlKey && !event.metaKey;
    const isNote = event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && portal.hasLetters();
    if (bar !== null) {
      showTip(bar);
      scrollToRow(days()[bar]);
    } else if (event.key === "Enter" && state.bar >= 0) {
      const day = days()[state.bar];
      state.bar = -1;
      hideTip();
      consumptionDay.open(day);
    } else if (event.key === "Escape") {
      hideTip();
      return false;
    } else if (isNote && tip()?.classList.contains(TIP_ON)) {
      noteButton()?.click();
    } else if (isOrigin && state.bar >= 0) {
      consumptionOrigin.open(days()[state.bar]);
    } else {
      return false;
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (isOnBox(event) && act(event)) event.preventDefault();
  });

  document.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    const isForNote = next instanceof Element && next === noteButton(); /* pressed: it must not go */
    if (isOnBox(event) && !isForNote) hideTip();
  });

  return { rankAt, describe, placeTip, barFor, plot, grid, markDay, focusDay };
})();
