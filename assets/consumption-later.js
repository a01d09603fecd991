// @ts-check
/* What comes once the bars are on the screen: the table, and the sentences. */
const consumptionLater = (() => {
  "use strict";

  /** @typedef {Record<string, any>} Column */

  const CHART = "consumption-chart";
  const GRID = "consumption-table";
  const PHONE = window.matchMedia("(max-width: 47.99em)");
  const BARS_MS = 5000; /* the chart has kept everybody waiting */

  /* By id, the properties that wait for the bars to be drawn; a later answer adds to them. */
  const state = { waiting: /** @type {Record<string, Record<string, any>>} */ ({}) };

  /** Show first on a phone what is read first: period, figure, change; each column as its context says.
   * @param {Column[]} columns
   * @returns {Column[]} */
  function fitPhone(columns) {
    return columns
      .map((column) => /** @type {Column} */ ({
        ...column,
        wrapHeaderText: true,
        autoHeaderHeight: true,
        headerName: column.context.short || column.headerName,
        width: column.context.phone,
        minWidth: column.context.phone,
      }))
      .sort((one, other) => one.context.rank - other.context.rank);
  }

  /** @param {Column[]} columns */
  function fit(columns) {
    return PHONE.matches ? fitPhone(columns) : columns;
  }

  /** Say whether the screen is whole, to assistive tools.
   * @param {boolean} isBusy */
  function setBusy(isBusy) {
    document.getElementById("consumption-page")?.setAttribute("aria-busy", String(isBusy));
  }

  function put() {
    const { waiting } = state;
    state.waiting = {};
    setBusy(false);
    Object.entries(waiting).forEach(([id, props]) => {
      if (id === GRID && !consumptionChart.grid()) state.waiting[id] = props; /* it is still to come */
      else putProps(id, props);
    });
    if (state.waiting[GRID] && consumptionChart.plot()) {
      setBusy(true);
      setTimeout(put, 100);
    }
  }

  /** @param {string} id @param {Record<string, any>} all */
  function putProps(id, { foot, ...props }) {
    const grid = consumptionChart.grid();
    if (props.columnDefs) props.columnDefs = fit(props.columnDefs);
    if (props.style) grid.setGridOption("domLayout", props.style.height ? "normal" : "autoHeight");
    if (document.getElementById(id)) portal.setProps(id, props);
    if (foot) grid.setGridOption("pinnedBottomRowData", foot);
  }

  /* Once what was just drawn is on the screen; a hidden page shows nothing, and goes on. */
  /** @param {() => void} act */
  function afterPaint(act) {
    if (document.hidden) setTimeout(act);
    else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(act)));
  }

  /* Once the table is there to its heads, which come last; never on another page. */
  /** @param {() => void} act */
  function afterTable(act) {
    if (document.querySelector(`#${GRID} .ag-header-cell .head-words`)) afterPaint(act);
    else if (document.getElementById("consumption-table-place")) setTimeout(() => afterTable(act), 50);
  }

  /** Act once the chart is there, or has kept everybody waiting.
   * @param {() => void} act @param {number} [since] */
  function afterBars(act, since = performance.now()) {
    const isDrawn = document.querySelector(`#${CHART} .main-svg`);
    if (isDrawn || performance.now() - since > BARS_MS) afterPaint(act);
    else setTimeout(() => afterBars(act, since), 30);
  }

  /** Put the table and the sentences, once the bars are on the screen.
   * @param {Record<string, Record<string, any>> | null} parts */
  function putLater(parts) {
    const isFirst = !Object.keys(state.waiting).length;
    Object.entries(parts || {}).forEach(([id, props]) => {
      state.waiting[id] = { ...state.waiting[id], ...props };
    });
    if (isFirst && Object.keys(state.waiting).length) {
      setBusy(true);
      afterPaint(put);
    }
  }

  /** Put the first table: a third of the work of a first visit, below the bars.
   * @param {any[]} table */
  function putTable(table) {
    return new Promise((resolve) => {
      afterBars(() => {
        const place = document.getElementById("consumption-table-place");
        if (place) place.style.minHeight = ""; /* the table keeps its own height from now on */
        table.forEach((box) => {
          const inside = box.props.children.props;
          inside.columnDefs = fit(inside.columnDefs);
        });
        resolve(table);
        afterTable(() => place?.removeAttribute("aria-busy"));
      });
    });
  }

  return { fitPhone, afterBars, putLater, putTable };
})();
