/* The consumption chart under the mouse, the finger and the keyboard: tooltip, and opening a bar. */
(function () {
  "use strict";

  const CHART = "consumption-chart";
  const GRID = "consumption-table";
  const PHONE = window.matchMedia("(max-width: 47.99em)");
  let chosen = -1;
  let opened = 0;
  let day = null; /* the one whose detail is open */
  let asked = false; /* somebody opened a bar: its detail takes the focus */
  let held = null; /* the panel that shows it: another page has another */

  const plot = () => document.getElementById("consumption-plot");
  const frame = () => document.querySelector("#consumption-over .consumption-frame");
  const tip = () => document.getElementById("consumption-tip");

  /* First days of the bars, oldest first. */
  function days() {
    const chart = document.querySelector("#" + CHART + " .js-plotly-plot");
    return (chart && chart.layout && chart.layout.meta && chart.layout.meta.days) || [];
  }

  /* How many columns wide the plot is: the bars, and room at the right for the words of a limit. */
  function columns() {
    const chart = document.querySelector("#" + CHART + " .js-plotly-plot");
    const meta = (chart && chart.layout && chart.layout.meta) || {};
    return days().length + (meta.room || 0);
  }

  function grid() {
    try {
      return window.dash_ag_grid.getApi(GRID);
    } catch (_error) {
      return null;
    }
  }

  /* The bar under an abscissa of the window, -1 outside the plot. */
  function barAt(x) {
    const box = frame() && frame().getBoundingClientRect();
    const count = days().length;
    if (!box || !count || x < box.left || x > box.right) {
      return -1;
    }
    const rank = Math.floor(((x - box.left) / box.width) * columns());
    return rank > count ? -1 : Math.min(count - 1, rank);
  }

  function written(cell) {
    return cell && typeof cell === "object" ? cell.text || cell.word || "" : cell;
  }

  /* What the table says of a bar: [name, value] in the order of its columns. */
  function facts(day) {
    const api = grid();
    const node = api && api.getRowNode(day);
    if (!node || !node.data) {
      return [];
    }
    return api
      .getColumnDefs()
      .map((column) => {
        const unit = column.headerComponentParams && column.headerComponentParams.unit;
        const value = written(node.data[column.field]);
        return [column.headerName, value, unit || "", column.field];
      })
      .filter((fact) => fact[1] && fact[1] !== "–");
  }

  /* `363 j sur 365`, `11,2 kWh/m³`; a cell that has its own unit keeps it. */
  function said(text, unit, field) {
    if (field === "coverage") {
      const [known, all] = text.split("/");
      return tip().dataset.coverage.replace("{known}", known).replace("{days}", all);
    }
    return unit && !text.includes(unit) ? text + "\u00a0" + unit : text;
  }

  function line(name, value, strong) {
    const row = document.createElement("div");
    const left = document.createElement(strong ? "b" : "span");
    const right = document.createElement(strong ? "b" : "span");
    left.textContent = name;
    right.textContent = value;
    row.append(left, right);
    return row;
  }

  function fill(day) {
    const found = facts(day);
    const [period, value, ...rest] = found;
    const lines = [];
    if (!period) {
      return false;
    }
    const head = value && value[3] === "value" ? value[1] + "\u00a0" + value[2] : "";
    lines.push(line(period[1], /\d/.test(value ? value[1] : "") ? head : value ? value[1] : "", true));
    rest.forEach(([name, text, unit, field]) => lines.push(line(name, said(text, unit, field), false)));
    tip().replaceChildren(...lines);
    return true;
  }

  function show(rank) {
    const box = frame();
    const list = days();
    if (!box || rank < 0 || rank >= list.length) {
      hide();
      return;
    }
    if (rank === chosen && tip().classList.contains("consumption-tip-on")) {
      return;
    }
    chosen = rank;
    if (!fill(list[rank])) {
      return;
    }
    const area = box.getBoundingClientRect();
    const outer = plot().getBoundingClientRect();
    const column = area.width / columns();
    const middle = area.left - outer.left + column * (rank + 0.5);
    const card = tip();
    card.classList.add("consumption-tip-on");
    const gap = Math.max(column / 2, 8) + 4;
    const after = middle + gap;
    const fits = after + card.offsetWidth <= outer.width;
    const left = fits ? after : Math.max(0, middle - gap - card.offsetWidth);
    card.style.left = Math.min(left, Math.max(0, outer.width - card.offsetWidth)) + "px";
    mark(rank, columns());
  }

  /* The column that the tooltip speaks of. */
  function mark(rank, count) {
    putBand("consumption-mark", rank, count);
  }

  function bandOf(look) {
    return frame() && frame().querySelector("." + look);
  }

  function putBand(look, rank, count) {
    let band = bandOf(look);
    if (!band) {
      band = document.createElement("span");
      band.className = look;
      frame().prepend(band);
    }
    band.style.left = (rank / count) * 100 + "%";
    band.style.width = 100 / count + "%";
  }

  function dropBand(look) {
    const band = bandOf(look);
    if (band) {
      band.remove();
    }
  }

  /* The column of the day whose detail is open. */
  function markDay() {
    const rank = day ? days().indexOf(day) : -1;
    if (rank < 0 || !frame()) {
      dropBand("consumption-opened");
    } else {
      putBand("consumption-opened", rank, columns());
    }
  }

  function hide() {
    const card = tip();
    if (card) {
      card.classList.remove("consumption-tip-on");
    }
    dropBand("consumption-mark");
  }

  const panel = () => document.getElementById("consumption-day-panel");

  /* To the detail of a day: below the chart, it may be out of sight. */
  function enterPanel() {
    const place = panel();
    if (place && !place.hidden) {
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "nearest" });
    }
  }

  /* Back to the bar that was opened, when the focus was in what has just gone. */
  function leavePanel(left) {
    const box = document.getElementById(CHART + "-box");
    const lost = document.activeElement === document.body || panel().contains(document.activeElement);
    if (box && lost) {
      chosen = days().indexOf(left);
      box.focus({ preventScroll: true });
    }
  }

  function open(rank) {
    const first = days()[rank];
    if (first && first === day) {
      enterPanel();
    } else if (first) {
      opened += 1;
      asked = true;
      window.dash_clientside.set_props("consumption-drill", { data: { day: first, n: opened } });
    }
  }

  const inPlot = (event) => event.target instanceof Element && event.target.closest("#consumption-plot");

  document.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || !plot()) {
      return;
    }
    if (inPlot(event)) {
      show(barAt(event.clientX));
    } else if (!plot().contains(document.activeElement)) {
      hide();
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !inPlot(event) || event.target.closest(".consumption-empty, a, button")) {
      return;
    }
    const rank = barAt(event.clientX);
    const shown = tip().classList.contains("consumption-tip-on");
    if (event.pointerType === "touch" && !(rank === chosen && shown)) {
      show(rank); /* a finger reads first, opens at the second touch */
      return;
    }
    hide();
    open(rank);
  });

  const MOVES = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 };

  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || event.target.id !== CHART + "-box") {
      return;
    }
    const last = days().length - 1;
    const from = chosen < 0 || chosen > last ? last + (event.key === "ArrowLeft" ? 1 : 0) : chosen;
    if (event.key in MOVES) {
      show(Math.max(0, Math.min(last, from + MOVES[event.key])));
    } else if (event.key === "Home" || event.key === "End") {
      show(event.key === "Home" ? 0 : last);
    } else if (event.key === "Enter" && chosen >= 0) {
      const rank = chosen;
      chosen = -1;
      hide();
      open(rank);
    } else if (event.key === "Escape") {
      hide();
      return;
    } else if (event.key.toLowerCase() === "o" && chosen >= 0 && !event.ctrlKey && !event.metaKey) {
      window.portalOrigin(days()[chosen]); /* where the figure comes from */
    } else {
      return;
    }
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const inside = event.target instanceof Element && event.target.closest("#consumption-day-panel");
    if (inside && event.key === "Escape" && !event.defaultPrevented) {
      document.getElementById("consumption-day-close").click();
    }
  });

  document.addEventListener("focusout", (event) => {
    if (event.target instanceof Element && event.target.id === CHART + "-box") {
      hide();
    }
  });

  /* The rest of the filters, behind a button on a phone. */
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-opens]");
    const target = button && document.getElementById(button.dataset.opens);
    if (target && button.classList.contains("consumption-more-button")) {
      const shown = target.classList.toggle("consumption-rest-on");
      button.setAttribute("aria-expanded", String(shown));
    }
  });

  /* The node that a component without any life of its own stands for: {type, props}. */
  function made(piece) {
    if (piece === null || typeof piece !== "object") {
      return document.createTextNode(piece === null || piece === undefined ? "" : String(piece));
    }
    const { children, className, style, ...others } = piece.props;
    const element = document.createElement(piece.type);
    element.className = className || "";
    Object.assign(element.style, style);
    Object.entries(others).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...[children].flat().map(made));
    return element;
  }

  /* A phone shows first what is read first: period, figure, change; each column as its context says. */
  function fitted(columns) {
    if (!PHONE.matches) {
      return columns;
    }
    return columns
      .map((column) => ({
        ...column,
        wrapHeaderText: true,
        autoHeaderHeight: true,
        headerName: column.context.short || column.headerName,
        width: column.context.phone,
        minWidth: column.context.phone,
      }))
      .sort((one, other) => one.context.rank - other.context.rank);
  }

  /* By id, the properties that wait for the bars to be drawn; a later answer adds to them. */
  let waiting = {};

  /* Said to assistive tools, and to whoever waits for the screen to be whole. */
  function busy(on) {
    const page = document.getElementById("consumption-page");
    if (page) {
      page.setAttribute("aria-busy", String(on));
    }
  }

  function put() {
    const now = waiting;
    waiting = {};
    busy(false);
    Object.entries(now).forEach(([id, { foot, ...props }]) => {
      if (id === GRID && !grid()) {
        waiting[id] = now[id]; /* the table itself is still to come */
        return;
      }
      if (props.columnDefs) {
        props.columnDefs = fitted(props.columnDefs);
      }
      if (props.style) {
        grid().setGridOption("domLayout", props.style.height ? "normal" : "autoHeight");
      }
      if (document.getElementById(id)) {
        window.dash_clientside.set_props(id, props);
      }
      if (foot) {
        grid().setGridOption("pinnedBottomRowData", foot);
      }
    });
    if (waiting[GRID] && plot()) {
      busy(true);
      setTimeout(put, 100);
    }
  }

  /* Once what was just drawn is on the screen; a hidden page shows nothing, and goes on. */
  function afterPaint(then) {
    if (document.hidden) {
      setTimeout(then);
    } else {
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then)));
    }
  }

  /* Once the table is there to its heads, which come last; never on another page. */
  function whenTable(then) {
    if (document.querySelector("#" + GRID + " .ag-header-cell .head-words")) {
      afterPaint(then);
    } else if (document.getElementById("consumption-table-place")) {
      setTimeout(() => whenTable(then), 50);
    }
  }

  /* Once the chart is there, or has kept everybody waiting. */
  function afterBars(then, since) {
    const begin = since || performance.now();
    if (document.querySelector("#" + CHART + " .main-svg") || performance.now() - begin > 5000) {
      afterPaint(then);
    } else {
      setTimeout(() => afterBars(then, begin), 30);
    }
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.consumption = {
    /* Words over the chart: a hundred of them, that nothing else reads or writes. */
    writeOver: function (pieces, first) {
      const place = document.getElementById("consumption-over");
      if (place) {
        place.replaceChildren(...(pieces || first || []).map(made));
      }
      afterBars(markDay);
      return "true";
    },
    /* The table and the sentences, once the bars are on the screen. */
    putLater: function (parts) {
      const first = !Object.keys(waiting).length;
      Object.entries(parts || {}).forEach(([id, props]) => {
        waiting[id] = { ...waiting[id], ...props };
      });
      if (first && Object.keys(waiting).length) {
        busy(true);
        afterPaint(put);
      }
    },
    /* The first table: a third of the work of a first visit, below the bars. */
    putTable: function (table) {
      return new Promise((done) => {
        afterBars(() => {
          const place = document.getElementById("consumption-table-place");
          if (place) {
            place.style.minHeight = ""; /* the table keeps its own height from now on */
          }
          table.forEach((box) => {
            const inside = box.props.children.props;
            inside.columnDefs = fitted(inside.columnDefs);
          });
          done(table);
          whenTable(() => place.removeAttribute("aria-busy"));
        });
      });
    },
    /* The detail of a day shows while the view names it; the address says so too. */
    showPanel: function (query) {
      const left = held === panel() ? day : null;
      held = panel();
      day = new URLSearchParams(query || "").get("day");
      const enters = asked && day;
      asked = false;
      if (query && window.location.search !== "?" + query) {
        window.dash_clientside.set_props("frame-url", { data: "?" + query });
      }
      afterBars(() => {
        markDay();
        if (enters) {
          enterPanel();
        } else if (left && !day && held === panel()) {
          leavePanel(left);
        }
      });
      return !day;
    },
    closeDay: function (clicks, query) {
      if (!clicks) {
        return window.dash_clientside.no_update;
      }
      return query.split("&").filter((word) => !word.startsWith("day=")).join("&");
    },
    /* `Consommations · Lycée · Réseau Gaz`: another name between the page and the operator. */
    nameTab: function (name) {
      const words = document.title.split(" · ");
      document.title = [words[0], name, words[words.length - 1]].join(" · ");
    },
  };
})();
