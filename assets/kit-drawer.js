// @ts-check
/* A drawer beside a grid: opened by a line, left for its neighbours, closed. Its section says, in
   data-grid, data-opened and data-named, the grid, the Store told of the line, and the address's word. */
const kitDrawer = (() => {
  "use strict";

  const state = {
    opener: /** @type {HTMLElement | null} */ (null) /* the focus goes back to it when the drawer closes */,
    takesFocus: false /* somebody asked for the drawer: it takes the focus once it is drawn */,
  };

  function box() {
    return document.querySelector("[data-kit=drawer]");
  }

  /** @param {HTMLElement} drawer */
  function openUid(drawer) {
    return new URLSearchParams(window.location.search).get(drawer.dataset.named ?? "") || "";
  }

  /** Have the drawer that is drawn next take the focus, and give it back to *opener*.
   * @param {HTMLElement | null} opener */
  function expect(opener) {
    if (opener && !box()?.contains(opener)) state.opener = opener;
    state.takesFocus = true;
  }

  /** @param {string} uid @param {HTMLElement | null} opener */
  function open(uid, opener) {
    expect(opener);
    portal.sendPress(box()?.dataset.opened ?? "", { uid });
  }

  function close() {
    const drawer = box();
    if (!drawer) return;
    const { opener } = state;
    Object.assign(state, { opener: null, takesFocus: false });
    portal.setProps(drawer.id, { children: [] });
    portal.sendPress(drawer.dataset.opened ?? "", { uid: "" });
    const place = opener?.isConnected ? opener : document.querySelector("main input[type=search]");
    place?.focus();
  }

  /** Open the line before or after the one shown, in the order of the grid.
   * @param {number} step */
  function move(step) {
    const drawer = box();
    if (!drawer) return;
    const api = window.dash_ag_grid.getApi(drawer.dataset.grid);
    const node = api.getRowNode(openUid(drawer));
    const next = node && api.getDisplayedRowAtIndex(node.rowIndex + step);
    if (!next?.data) return;
    api.ensureIndexVisible(next.rowIndex);
    open(next.data.uid, null);
  }

  /** Return the line of the grid that is pressed, or has the focus, in any of its cells; what ticks it
   * is left alone.
   * @param {Event} event */
  function lineOf(event) {
    const grid = box()?.dataset.grid;
    const cell = grid ? portal.closest(event, `#${grid} .ag-cell`) : null;
    const inside = portal.closest(event, "a, button, input, .ag-selection-checkbox");
    if (!cell || inside || cell.querySelector(".ag-selection-checkbox")) return null;
    const node = window.dash_ag_grid.getApi(grid).getRowNode(cell.parentElement?.getAttribute("row-id"));
    return node?.data ? { cell, uid: node.data.uid } : null;
  }

  portal.onPress("drawer", { previous: () => move(-1), next: () => move(1), close });

  document.addEventListener("click", (event) => {
    const line = lineOf(event);
    const isSelecting = !window.getSelection()?.isCollapsed;
    if (line && !isSelecting) open(line.uid, line.cell);
  });

  document.addEventListener("keydown", (event) => {
    const drawer = box();
    if (!drawer || event.defaultPrevented) return;
    const line = event.key === "Enter" ? lineOf(event) : null;
    if (line) open(line.uid, line.cell);
    const isHere = drawer.contains(document.activeElement) || document.activeElement === document.body;
    if (event.key === "Escape" && drawer.childElementCount && isHere) close();
  });

  /* A field that is wrong is where one goes on. */
  function takeFocus() {
    const drawer = box();
    if (state.takesFocus && drawer?.childElementCount) {
      (drawer.querySelector(".is-invalid") ?? drawer).focus({ preventScroll: true });
    }
    state.takesFocus = false;
    return "";
  }

  portal.provide("drawer", { takeFocus });

  return { open, expect };
})();
