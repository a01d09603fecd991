/* What stands in the cells and heads of components/kit/grid.py; values are written in Python.
   And AG Grid itself, a quarter of all scripts: fetched by the first table that is drawn. */
(function () {
  "use strict";

  let coming = null;

  /* The library puts itself where Dash looks for it: Table must stay what Dash finds there, or
     each table drawn again would start anew. */
  function fetched() {
    coming =
      coming ||
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = document.body.dataset.grid;
        script.onload = () => {
          const library = window.dash_ag_grid;
          window.dash_ag_grid = { ...library, AgGrid: Table };
          done({ default: library.AgGrid });
        };
        script.onerror = () => {
          coming = null;
          failed(new Error("AG Grid did not arrive"));
        };
        document.head.append(script);
      });
    return coming;
  }

  const Real = window.React.lazy(fetched);

  function Table(props) {
    return make(window.React.Suspense, { fallback: null }, make(Real, props));
  }

  Table.dashRenderType = true; /* as the library's own: Dash says why it draws again */
  window.dash_ag_grid = { AgGrid: Table };

  /* ---- Keys: a grid is one stop of Tab; arrows go about inside, to the heads too ---- */

  /* A grid is entered where it was left, else by its first head: never by the last of its rows,
     which may be thousands away. */
  function enter({ api }) {
    const cell = api.getFocusedCell();
    const left = cell && (cell.rowPinned || cell.rowIndex < api.getDisplayedRowCount());
    if (left) {
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

  const keys = { tabToNextCell: leave, tabToNextHeader: leave, focusGridInnerElement: enter };

  /* ---- A shadow at the right, while columns are out of sight there ---- */

  function shade(grid) {
    const view = grid.querySelector(".ag-center-cols-viewport");
    const box = grid.closest(".grid-box");
    if (!view || !box) return;
    const more = view.scrollWidth - view.clientWidth - view.scrollLeft > 4;
    if (box.hasAttribute("data-goes-on") !== more) box.toggleAttribute("data-goes-on", more);
  }

  /* Columns and the screen change width at any time, and after what changed them. */
  function watch(grid) {
    const seen = grid.querySelectorAll(".ag-center-cols-viewport, .ag-center-cols-container");
    const sizes = new ResizeObserver(() => shade(grid));
    seen.forEach((part) => sizes.observe(part));
  }

  document.addEventListener(
    "scroll",
    (event) => {
      const grid = event.target.closest ? event.target.closest(".kit-grid") : null;
      if (grid) shade(grid);
    },
    true
  );

  /* ---- A phone: what matters first, no column held at the left, rows that a finger finds ---- */

  const PHONE = window.matchMedia("(max-width: 47.99em)");
  const HEAD = 37, ROW = 36, TALL = 52; /* px: components/kit/grid.py */
  const MOST = 10, FEW = 4; /* lines, cards in sight */
  const SMALL = 360; /* px: words of a card take more lines */

  /* How tall a row is: a card grows with the letters of the browser. */
  function tall(cards) {
    if (!cards) return TALL;
    const letters = parseFloat(window.getComputedStyle(document.documentElement).fontSize) / 16;
    return Math.round(cards * letters * (window.innerWidth < SMALL ? 1.25 : 1));
  }

  /* The heads of cards go on on other lines: how many depends on their words, and on the sort. */
  function stand(grid, box, rows) {
    box.setAttribute("data-as-cards", "");
    const head = grid.querySelector(".ag-header");
    new ResizeObserver(() => (grid.style.height = head.offsetHeight + rows + "px")).observe(head);
  }

  function narrow(grid, api) {
    const box = grid.closest(".grid-box");
    const { phone, cards } = box.dataset;
    if (!phone || !PHONE.matches) return;
    const wanted = phone.split(" ").map((one) => one.split(":"));
    const widths = new Map(wanted.filter(([, width]) => width)); /* where a wide screen wants more */
    if (widths.size) {
      const fit = (one, width) => (width ? { ...one, width: +width, minWidth: +width } : one);
      const columns = api.getColumnDefs().map((one) => fit(one, widths.get(one.field)));
      api.setGridOption("columnDefs", columns);
    }
    const state = wanted.map(([colId]) => ({ colId, pinned: null }));
    const choice = api.getAllGridColumns().find((column) => column.getColId().startsWith("ag-Grid-"));
    if (choice) state.unshift({ colId: choice.getColId(), pinned: null });
    const lines = Math.round((grid.clientHeight - HEAD) / ROW); /* as Python counted them */
    api.applyColumnState({ state, applyOrder: true });
    api.updateGridOptions({ rowHeight: tall(cards) });
    const rows = Math.min(lines, cards ? FEW : MOST) * tall(cards) + 2;
    grid.style.height = HEAD + rows + "px";
    if (cards) stand(grid, box, rows);
  }

  /* Called by assets/kit.js for each grid, once it may be spoken to. */
  window.portalGrid = {
    ready: (grid, api) => {
      api.updateGridOptions(keys);
      narrow(grid, api);
      watch(grid);
    },
  };

  /* For Group.client: the rows are asked again, as what they show has changed; none stays ticked. */
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.grid = {
    askAgain: function (changed, id) {
      if (!changed) return window.dash_clientside.no_update;
      window.dash_ag_grid.getApi(id).purgeInfiniteCache();
      return [];
    },

    /* For lines that came before their number was known. */
    resize: function (counted, id) {
      if (!counted) return window.dash_clientside.no_update;
      window.dash_ag_grid.getApiAsync(id).then((api) => api.setRowCount(counted.lines, true));
      return counted.lines;
    },
  };

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function make(...args) {
    return window.React.createElement(...args);
  }

  function goTo(event, href) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function isPlain(value) {
    return value === null || value === undefined || typeof value !== "object";
  }

  function note(value) {
    return value.note ? make("span", { className: "cell-note" }, value.note) : null;
  }

  /* Whose word a figure is: a letter, and its words for a pointer and a reader. */
  function source(value) {
    if (!value.source) return [];
    const mark = { className: "source-mark", title: value.title, "aria-hidden": "true" };
    return [
      " ",
      make("span", mark, value.source),
      make("span", { className: "visually-hidden" }, " " + value.title),
    ];
  }

  parts.KitHeader = function KitHeader(props) {
    const look = props.hidden ? "visually-hidden" : "head-words";
    const unit = props.unit ? make("span", { className: "head-unit" }, props.unit) : null;
    return make("span", { className: look }, props.displayName, unit);
  };

  parts.KitLink = function KitLink(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const options = { className: "cell-link", href: value.href };
    if (value.href.startsWith("/") && !value.download) {
      options.onClick = (event) => goTo(event, value.href);
    }
    return make("span", { className: "cell-words" }, make("a", options, value.text), note(value));
  };

  parts.KitChip = function KitChip(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const look = "chip chip-" + (value.tone || "mute");
    const glyph = value.icon
      ? make("i", { className: "bi bi-" + value.icon, "aria-hidden": "true" })
      : null;
    const title = value.title || undefined;
    return make("span", { className: look, title }, glyph, make("span", null, value.word));
  };

  parts.KitText = function KitText(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const look = value.tone ? "cell-" + value.tone : undefined;
    const mark = value.mark ? make("span", { className: "cell-mark" }, value.mark) : null;
    return make("span", { className: look }, value.text, note(value), mark, ...source(value));
  };

  parts.KitBar = function KitBar(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const width = Math.max(0, Math.min(1, value.share || 0)) * 100 + "%";
    const bar = make("span", { className: "meter-bar", style: { width } });
    return make(
      "span",
      { className: "cell-bar" },
      make("span", { className: "meter", "aria-hidden": "true" }, bar),
      make("span", null, value.text)
    );
  };

  /* A cell of a heat map: its figure is its text, its colour says it again. */
  parts.KitHeat = function KitHeat(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const title = value.title || undefined;
    return make("span", { className: "heat heat-" + value.level, title }, value.text);
  };

  /* A bar from the middle, to the right for more, to the left for less: the figure is beside it. */
  parts.KitDrift = function KitDrift(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const share = Math.max(-1, Math.min(1, value.share || 0));
    const style = { width: Math.abs(share) * 50 + "%" };
    style[share < 0 ? "right" : "left"] = "50%";
    const bar = make("span", { className: "drift-bar drift-" + (share < 0 ? "down" : "up"), style });
    return make("span", { className: "drift", "aria-hidden": "true" }, bar);
  };
})();
