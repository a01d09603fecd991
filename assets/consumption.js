/* The consumption chart under the mouse, the finger and the keyboard: tooltip, and opening a bar. */
(function () {
  "use strict";

  const CHART = "consumption-chart";
  const GRID = "consumption-table";
  let chosen = -1;
  let opened = 0;

  const plot = () => document.getElementById("consumption-plot");
  const frame = () => document.querySelector("#consumption-over .consumption-frame");
  const tip = () => document.getElementById("consumption-tip");

  /* First days of the bars, oldest first. */
  function days() {
    const chart = document.querySelector("#" + CHART + " .js-plotly-plot");
    return (chart && chart.layout && chart.layout.meta && chart.layout.meta.days) || [];
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
    return Math.min(count - 1, Math.floor(((x - box.left) / box.width) * count));
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
    rest.forEach(([name, text, unit]) => {
      lines.push(line(name, unit && !["j", "d"].includes(unit) && !text.includes(unit) ? text + "\u00a0" + unit : text, false));
    });
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
    const column = area.width / list.length;
    const middle = area.left - outer.left + column * (rank + 0.5);
    const card = tip();
    card.classList.add("consumption-tip-on");
    const gap = Math.max(column / 2, 8) + 4;
    const after = middle + gap;
    const fits = after + card.offsetWidth <= outer.width;
    const left = fits ? after : Math.max(0, middle - gap - card.offsetWidth);
    card.style.left = Math.min(left, Math.max(0, outer.width - card.offsetWidth)) + "px";
    mark(rank, list.length);
  }

  /* The column that the tooltip speaks of. */
  function mark(rank, count) {
    let band = frame().querySelector(".consumption-mark");
    if (!band) {
      band = document.createElement("span");
      band.className = "consumption-mark";
      frame().prepend(band);
    }
    band.style.left = (rank / count) * 100 + "%";
    band.style.width = 100 / count + "%";
  }

  function hide() {
    const card = tip();
    if (card) {
      card.classList.remove("consumption-tip-on");
    }
    const band = frame() && frame().querySelector(".consumption-mark");
    if (band) {
      band.remove();
    }
  }

  function open(rank) {
    const day = days()[rank];
    if (day) {
      opened += 1;
      window.dash_clientside.set_props("consumption-drill", { data: { day: day, n: opened } });
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
      hide();
      open(chosen);
      chosen = -1;
    } else if (event.key === "Escape") {
      hide();
      return;
    } else {
      return;
    }
    event.preventDefault();
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
          done(table);
        });
      });
    },
    /* The detail of a day shows when a day is opened, and leaves with anything else. */
    hideDay: function (_drill, _close, _view, step) {
      const causes = window.dash_clientside.callback_context.triggered.map((cause) => cause.prop_id);
      /* A bar that opens its days changes the view too: it has no detail of its own. */
      const opens = causes.includes("consumption-drill.data") && !causes.includes("consumption-view.data");
      return !(opens && step === "day");
    },
  };
})();
