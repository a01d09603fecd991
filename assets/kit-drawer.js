/* A drawer beside a grid: opened by a line, left for its neighbours, closed. Its section says, in
   data-grid, data-opened and data-named, the grid, the Store told of the line, and the address's word. */
(function () {
  "use strict";

  let pressed = 0;
  let back = null; /* what the focus goes back to when the drawer closes */
  let wanted = false; /* somebody asked for the drawer: it takes the focus once it is drawn */

  function put(id, data) {
    pressed += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: pressed } });
  }

  function box() {
    return document.querySelector("[data-kit=drawer]");
  }

  function isOpen() {
    return Boolean(box() && box().childElementCount);
  }

  function openedUid() {
    return new URLSearchParams(window.location.search).get(box().dataset.named) || "";
  }

  function awaited(from) {
    if (from && !box().contains(from)) back = from;
    wanted = true;
  }

  function open(uid, from) {
    awaited(from);
    put(box().dataset.opened, { uid });
  }

  function close() {
    const section = box();
    wanted = false;
    window.dash_clientside.set_props(section.id, { children: [] });
    put(section.dataset.opened, { uid: "" });
    const place = back && back.isConnected ? back : document.querySelector("main input[type=search]");
    if (place) place.focus();
    back = null;
  }

  /* The line before or after the one shown, in the order of the grid. */
  function neighbour(step) {
    const api = window.dash_ag_grid.getApi(box().dataset.grid);
    const node = api.getRowNode(openedUid());
    const next = node && api.getDisplayedRowAtIndex(node.rowIndex + step);
    if (!next || !next.data) return;
    api.ensureIndexVisible(next.rowIndex);
    open(next.data.uid, null);
  }

  const presses = { previous: () => neighbour(-1), next: () => neighbour(1), close };

  /* A line of the grid is pressed anywhere, or has the focus in any of its cells; what ticks it and
     a text being selected are left alone. */
  function lineOf(target) {
    if (!box()) return null;
    const grid = box().dataset.grid;
    const cell = target.closest(`#${grid} .ag-cell`);
    const own = target.closest("a, button, input, .ag-selection-checkbox");
    if (!cell || own || cell.querySelector(".ag-selection-checkbox")) return null;
    const node = window.dash_ag_grid.getApi(grid).getRowNode(cell.parentElement.getAttribute("row-id"));
    return node && node.data ? { cell, uid: node.data.uid } : null;
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest("[data-drawer]");
    if (button) presses[button.dataset.drawer]();
    const line = lineOf(event.target);
    if (line && window.getSelection().isCollapsed) open(line.uid, line.cell);
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element) || event.defaultPrevented || !box()) return;
    const line = event.key === "Enter" ? lineOf(event.target) : null;
    if (line) open(line.uid, line.cell);
    const here = box().contains(document.activeElement) || document.activeElement === document.body;
    if (event.key === "Escape" && isOpen() && here) close();
  });

  function drawn() {
    /* A field that is wrong is where one goes on. */
    if (wanted && isOpen()) (box().querySelector(".is-invalid") || box()).focus({ preventScroll: true });
    wanted = false;
    return "";
  }

  window.portalDrawer = { put, open, awaited };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { drawer: { drawn } });
})();
