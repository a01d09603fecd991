// @ts-check
/* AG Grid, a quarter of all scripts: fetched by the first table that is drawn; its keys, and what a
   phone makes of it. assets/kit-grid-cells.js draws what stands in its cells. */
const kitGrid = (() => {
  "use strict";

  const { React } = window;

  /* ---- The library ---- */

  const state = { library: /** @type {Promise<{default: unknown}> | null} */ (null) };

  /* The library puts itself where Dash looks for it: Table must stay what Dash finds there, or
     each table drawn again would start anew. */
  function load() {
    state.library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.grid ?? "";
      script.onload = () => {
        const library = window.dash_ag_grid;
        window.dash_ag_grid = { ...library, AgGrid: Table };
        resolve({ default: library.AgGrid });
      };
      script.onerror = () => {
        state.library = null;
        reject(new Error("AG Grid did not arrive"));
      };
      document.head.append(script);
    });
    return state.library;
  }

  const LazyTable = React.lazy(load);

  /** @param {object} props */
  function Table(props) {
    return React.createElement(React.Suspense, { fallback: null }, React.createElement(LazyTable, props));
  }

  Table.dashRenderType = true; /* as the library's own: Dash says why it draws again */
  window.dash_ag_grid = { AgGrid: Table };

  /* ---- Keys: a grid is one stop of Tab; arrows go about inside, to the heads too ---- */

  /* A grid is entered where it was left, else by its first head: never by the last of its rows,
     which may be thousands away. */
  /** @param {{api: any}} grid */
  function enter({ api }) {
    const cell = api.getFocusedCell();
    const isThere = cell && (cell.rowPinned || cell.rowIndex < api.getDisplayedRowCount());
    if (isThere) {
      if (!cell.rowPinned) api.ensureIndexVisible(cell.rowIndex);
      api.ensureColumnVisible(cell.column);
      api.setFocusedCell(cell.rowIndex, cell.column, cell.rowPinned);
    } else {
      const [first] = api.getAllDisplayedColumns();
      if (!first) return false;
      api.setFocusedHeader(first);
    }
    return true;
  }

  const leave = () => false; /* to what stands after the grid, or before it */

  const KEYS = { tabToNextCell: leave, tabToNextHeader: leave, focusGridInnerElement: enter };

  /* ---- A shadow at the right, while columns are out of sight there ---- */

  /** @param {Element} grid */
  function shade(grid) {
    const view = grid.querySelector(".ag-center-cols-viewport");
    const box = grid.closest(".grid-box");
    if (!view || !box) return;
    const goesOn = view.scrollWidth - view.clientWidth - view.scrollLeft > 4;
    if (box.hasAttribute("data-goes-on") !== goesOn) box.toggleAttribute("data-goes-on", goesOn);
  }

  /* Columns and the screen change width at any time, and after what changed them. */
  /** @param {HTMLElement} grid */
  function watchWidth(grid) {
    const observer = new ResizeObserver(() => shade(grid));
    portal.all(".ag-center-cols-viewport, .ag-center-cols-container", grid).forEach((part) => observer.observe(part));
  }

  document.addEventListener(
    "scroll",
    (event) => {
      const grid = portal.closest(event, ".kit-grid");
      if (grid) shade(grid);
    },
    true
  );

  /* ---- A phone: what matters first, no column held at the left, rows that a finger finds ---- */

  const PHONE = window.matchMedia("(max-width: 47.99em)");
  const HEAD = 37; /* px, as the two below: components/kit/grid.py */
  const ROW = 36;
  const TALL = 52;
  const MOST_LINES = 10; /* in sight */
  const MOST_CARDS = 4;
  const SMALL = 360; /* px: words of a card take more lines */

  /** Return how tall a row is: a card grows with the letters of the browser.
   * @param {number} card px of a card, 0 where rows are lines */
  function rowHeight(card) {
    if (!card) return TALL;
    const letters = parseFloat(window.getComputedStyle(document.documentElement).fontSize) / 16;
    return Math.round(card * letters * (window.innerWidth < SMALL ? 1.25 : 1));
  }

  /** Let the heads of cards go on on other lines: how many depends on their words, and on the sort.
   * @param {HTMLElement} grid @param {HTMLElement} box @param {number} rows px */
  function showCards(grid, box, rows) {
    box.setAttribute("data-as-cards", "");
    const head = portal.need(".ag-header", grid);
    const observer = new ResizeObserver(() => {
      grid.style.height = `${head.offsetHeight + rows}px`;
    });
    observer.observe(head);
  }

  /** Read `field:width field …`, what a phone shows first.
   * @param {string} text
   * @returns {{field: string, width: number | null}[]} where a wide screen wants more, the width */
  function parseColumns(text) {
    return text.split(" ").map((word) => {
      const [field, width] = word.split(":");
      return { field, width: width ? Number(width) : null };
    });
  }

  /** @param {HTMLElement} grid @param {any} api */
  function fitPhone(grid, api) {
    const box = grid.closest(".grid-box");
    if (!box?.dataset.phone || !PHONE.matches) return;
    const card = Number(box.dataset.cards ?? 0);
    const columns = parseColumns(box.dataset.phone);
    fitWidths(api, columns);
    orderColumns(api, columns);
    const lines = Math.round((grid.clientHeight - HEAD) / ROW); /* as Python counted them */
    api.updateGridOptions({ rowHeight: rowHeight(card) });
    const rows = Math.min(lines, card ? MOST_CARDS : MOST_LINES) * rowHeight(card) + 2;
    grid.style.height = `${HEAD + rows}px`;
    if (card) showCards(grid, box, rows);
  }

  /** @param {any} api @param {ReturnType<typeof parseColumns>} columns */
  function fitWidths(api, columns) {
    const widths = new Map(columns.map(({ field, width }) => [field, width]));
    if (!columns.some(({ width }) => width)) return;
    const definitions = /** @type {{field: string}[]} */ (api.getColumnDefs()).map((column) => {
      const width = widths.get(column.field);
      return width ? { ...column, width, minWidth: width } : column;
    });
    api.setGridOption("columnDefs", definitions);
  }

  /** @param {any} api @param {ReturnType<typeof parseColumns>} columns */
  function orderColumns(api, columns) {
    const ids = columns.map(({ field }) => field);
    const columnIds = /** @type {string[]} */ (api.getAllGridColumns().map((/** @type {any} */ column) => column.getColId()));
    const ticks = columnIds.find((id) => id.startsWith("ag-Grid-"));
    const state = [...(ticks ? [ticks] : []), ...ids].map((colId) => ({ colId, pinned: null }));
    api.applyColumnState({ state, applyOrder: true });
  }

  /** Prepare a grid, once it may be spoken to (assets/kit.js).
   * @param {HTMLElement} grid @param {any} api */
  function prepare(grid, api) {
    api.updateGridOptions(KEYS);
    fitPhone(grid, api);
    watchWidth(grid);
  }

  portal.provide("grid", {
    /* The rows are asked again, as what they show has changed; none stays ticked. */
    askAgain: (/** @type {unknown} */ changed, /** @type {string} */ id) => {
      if (!changed) return window.dash_clientside.no_update;
      window.dash_ag_grid.getApi(id).purgeInfiniteCache();
      return [];
    },
    /* For lines that came before their number was known. */
    resize: (/** @type {{lines: number} | null} */ counted, /** @type {string} */ id) => {
      if (!counted) return window.dash_clientside.no_update;
      window.dash_ag_grid.getApiAsync(id).then((/** @type {any} */ api) => api.setRowCount(counted.lines, true));
      return counted.lines;
    },
  });

  return { prepare, parseColumns };
})();
