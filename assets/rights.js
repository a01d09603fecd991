/* The drawer of a right beside its grid, and the presses on what the server draws many of. */
(function () {
  "use strict";

  const GRID = "rights-grid";
  const DRAWER = "rights-drawer";
  let pressed = 0;
  let back = null; /* what the focus goes back to when the drawer closes */
  let wanted = false; /* somebody asked for the drawer: it takes the focus once it is drawn */

  function put(id, data) {
    pressed += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: pressed } });
  }

  function drawer() {
    return document.getElementById(DRAWER);
  }

  function isOpen() {
    const box = drawer();
    return Boolean(box && box.childElementCount);
  }

  function openedUid() {
    return new URLSearchParams(window.location.search).get("open") || "";
  }

  function open(uid, from) {
    if (from && !drawer().contains(from)) back = from;
    wanted = true;
    put("rights-opened", { uid });
  }

  function close() {
    wanted = false;
    window.dash_clientside.set_props(DRAWER, { children: [] });
    put("rights-opened", { uid: "" });
    const place = back && back.isConnected ? back : document.getElementById("rights-search");
    if (place) place.focus();
    back = null;
  }

  /* The line before or after the one shown, in the order of the grid. */
  function neighbour(step) {
    const api = window.dash_ag_grid.getApi(GRID);
    const node = api.getRowNode(openedUid());
    const next = node && api.getDisplayedRowAtIndex(node.rowIndex + step);
    if (!next || !next.data) return;
    api.ensureIndexVisible(next.rowIndex);
    open(next.data.uid, null);
  }

  function confirm(button) {
    const field = document.getElementById("rights-renew-until");
    const { act, uids, uid } = button.dataset;
    button.disabled = true; /* one press is one act */
    window.setTimeout(() => (button.disabled = false), 4000);
    wanted = true;
    put("rights-confirmed", { act, uids: uids || uid, ends_on: field ? field.value : "" });
  }

  function ask(button) {
    if (!drawer().contains(button)) back = button;
    wanted = true;
    put("rights-asked", { act: button.dataset.act, uid: button.dataset.uid });
  }

  /* What the press on "check" or "send" brings is read first: it takes the focus, and is in view.
     The same message drawn again while somebody types does not. */
  let asked = false;

  function told() {
    if (!asked) return;
    asked = false;
    window.setTimeout(() => {
      const places = ["rights-note", "rights-summary"].map((id) => document.getElementById(id));
      const place = places.find((one) => one && one.childElementCount && one.offsetParent);
      if (!place) return;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }, 50); /* once the form or the summary is shown */
  }

  const presses = {
    previous: () => neighbour(-1),
    next: () => neighbour(1),
    close,
    ask,
    confirm,
    mend: (button) =>
      put("rights-mended", { repair: button.dataset.repair, on: Boolean(button.dataset.on) }),
    leave: (button) =>
      put("rights-mended", { reason: button.dataset.reason, on: Boolean(button.dataset.reason) }),
    edit: (button) => {
      const field = button.parentElement.querySelector("input");
      const { line, field: name } = button.dataset;
      put("rights-mended", { line: Number(line), field: name, text: field.value });
    },
    undo: () => put("rights-undo", {}),
    answer: (button) => {
      button.disabled = true; /* one press is one answer */
      window.setTimeout(() => (button.disabled = false), 4000);
      put("rights-held", { act: button.dataset.act, uids: button.dataset.uids });
    },
    drop: (button) => put("rights-drop-view", { id: Number(button.dataset.id) }),
    once: (button) =>
      window.setTimeout(() => {
        button.disabled = true;
        window.setTimeout(() => (button.disabled = false), 4000);
      }, 0) /* after Dash heard the press */,
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    asked = Boolean(event.target.closest("#rights-check, #rights-send")) || asked;
    const button = event.target.closest("[data-rights]");
    const act = button && presses[button.dataset.rights];
    if (act) act(button);
  });

  /* A line of the grid is pressed anywhere, or has the focus in any of its cells; what ticks it and
     a text being selected are left alone. */
  function lineOf(target) {
    const cell = target.closest(`#${GRID} .ag-cell`);
    const own = target.closest("a, button, input, .ag-selection-checkbox");
    if (!cell || own || cell.querySelector(".ag-selection-checkbox")) return null;
    const node = window.dash_ag_grid.getApi(GRID).getRowNode(cell.parentElement.getAttribute("row-id"));
    return node && node.data ? { cell, uid: node.data.uid } : null;
  }

  document.addEventListener("click", (event) => {
    const line = event.target instanceof Element && lineOf(event.target);
    if (line && window.getSelection().isCollapsed) open(line.uid, line.cell);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof Element)) return;
    const line = lineOf(event.target);
    if (line) open(line.uid, line.cell);
  });

  document.addEventListener("keydown", (event) => {
    const box = drawer();
    const here = box && (box.contains(document.activeElement) || document.activeElement === document.body);
    if (event.key === "Escape" && !event.defaultPrevented && isOpen() && here) close();
  });

  function drawn() {
    const box = drawer();
    if (box && wanted && isOpen()) box.focus({ preventScroll: true });
    wanted = false;
    return "";
  }

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* The name of a line opens its drawer: a button, for nothing is left for another page. */
  parts.RightsOpen = function RightsOpen(props) {
    const value = props.value;
    if (!value || typeof value !== "object") return value ?? null;
    const onClick = (event) => open(value.uid, event.currentTarget);
    const look = { type: "button", className: "cell-link rights-open", onClick };
    return window.React.createElement("button", look, value.text);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, { rights: { drawn, told } });
})();
