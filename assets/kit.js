/* Keys, ARIA and small movements of the kit that Dash's components do not have themselves. */
(function () {
  "use strict";

  const TOAST_MS = 6000;
  const WAIT_MS = 1500;

  function setProps(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  function put(element, name, value) {
    if (!element) return;
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  /* ---- Fields: the label, the hint and the error belong to the input ---- */

  function completeField(field) {
    const input = field.querySelector("input, select, textarea");
    if (!input) return;
    const label = field.querySelector("label.field-label");
    if (label && !label.htmlFor && input.id) label.htmlFor = input.id;
    const error = field.querySelector(".field-error");
    const wrong = Boolean(error && error.textContent);
    const notes = [field.querySelector(".field-hint"), wrong ? error : null].filter(Boolean);
    put(input, "aria-describedby", notes.length ? notes.map((note) => note.id).join(" ") : null);
    put(input, "aria-invalid", wrong ? "true" : null);
  }

  /* ---- Picker: a combobox whose list the server fills ---- */

  const pickers = new WeakMap();

  function stateOf(picker) {
    if (!pickers.has(picker)) {
      const input = picker.querySelector("input");
      pickers.set(picker, { text: input ? input.value : "", active: -1, waiting: 0, eager: false });
    }
    return pickers.get(picker);
  }

  function partsOf(picker) {
    const list = picker.querySelector("[role=listbox]");
    return {
      input: picker.querySelector("input"),
      list,
      options: list ? [...list.querySelectorAll("[role=option]:not([aria-disabled=true])")] : [],
    };
  }

  function completePicker(picker) {
    const { input, list } = partsOf(picker);
    if (!input || !list) return;
    stateOf(picker);
    put(input, "role", "combobox");
    put(input, "aria-autocomplete", "list");
    put(input, "aria-haspopup", "listbox");
    put(input, "aria-controls", list.id);
    showPicker(picker);
  }

  function showPicker(picker) {
    const { input, list, options } = partsOf(picker);
    const state = stateOf(picker);
    const open = picker.hasAttribute("data-open") && list.childElementCount > 0;
    [...list.children].forEach((option, rank) => put(option, "id", list.id + "-" + rank));
    if (state.active >= options.length) state.active = -1;
    options.forEach((option, rank) => {
      put(option, "aria-selected", rank === state.active ? "true" : "false");
    });
    const active = open ? options[state.active] : null;
    put(input, "aria-expanded", open ? "true" : "false");
    put(input, "aria-activedescendant", active ? active.id : null);
    if (active) active.scrollIntoView({ block: "nearest" });
  }

  function openPicker(picker) {
    put(picker, "data-open", "");
    showPicker(picker);
  }

  function closePicker(picker) {
    const state = stateOf(picker);
    state.active = -1;
    state.eager = false;
    put(picker, "data-open", null);
    showPicker(picker);
  }

  function typeInto(input, text) {
    if (input.value === text) return;
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    setter.call(input, text);
    const event = new Event("input", { bubbles: true });
    event.fromKit = true;
    input.dispatchEvent(event);
  }

  function choose(picker, option) {
    const { input } = partsOf(picker);
    const state = stateOf(picker);
    state.text = picker.classList.contains("picker-search") ? "" : option.dataset.shown || "";
    closePicker(picker);
    typeInto(input, state.text);
    setProps(picker.dataset.for + "-choice", { data: option.dataset.value });
  }

  function chooseFirst(picker) {
    const state = stateOf(picker);
    state.waiting = 0;
    if (!state.eager) return;
    state.eager = false;
    const { options } = partsOf(picker);
    if (options.length) choose(picker, options[0]);
  }

  function pickerTyped(picker) {
    const state = stateOf(picker);
    state.active = -1;
    state.eager = false;
    state.fresh = false;
    window.clearTimeout(state.waiting);
    state.waiting = window.setTimeout(() => chooseFirst(picker), WAIT_MS);
    openPicker(picker);
  }

  function pickerKey(event, picker) {
    const state = stateOf(picker);
    const { options } = partsOf(picker);
    const open = picker.hasAttribute("data-open");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const start = state.active < 0 && step < 0 ? 0 : state.active;
      state.active = options.length ? (start + step + options.length) % options.length : -1;
      openPicker(picker);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (state.active >= 0 && options[state.active]) choose(picker, options[state.active]);
      else if (state.waiting) state.eager = true;
      else if (options.length) choose(picker, options[0]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      closePicker(picker);
    }
  }

  function pickerClicked(picker, input) {
    const state = stateOf(picker);
    if (state.fresh) input.select();
    state.fresh = false;
    openPicker(picker);
  }

  function pickerLeft(picker, next) {
    if (next && picker.contains(next)) return;
    const { input, options } = partsOf(picker);
    closePicker(picker);
    const typed = input ? input.value.trim() : "";
    const whole = options.find((option) => option.dataset.value === typed);
    if (whole && typed !== stateOf(picker).text) choose(picker, whole);
    else if (input && !picker.classList.contains("picker-search")) typeInto(input, stateOf(picker).text);
  }

  function pickerFilled(list) {
    const picker = list.closest("[data-kit=picker]");
    if (!picker) return;
    const state = stateOf(picker);
    window.clearTimeout(state.waiting);
    state.active = -1;
    showPicker(picker);
    chooseFirst(picker);
  }

  /* ---- Panels: what a button with data-opens shows and hides ---- */

  function panelOf(opener) {
    return document.getElementById(opener.dataset.opens);
  }

  function openerOf(panel) {
    return document.querySelector('[data-opens="' + panel.id + '"]');
  }

  function setPanel(panel, open) {
    put(panel, "data-open", open ? "" : null);
    put(openerOf(panel), "aria-expanded", open ? "true" : "false");
  }

  function closePanels(except) {
    document.querySelectorAll(".panel[data-open]").forEach((panel) => {
      if (panel !== except) setPanel(panel, false);
    });
  }

  function togglePanel(opener) {
    const panel = panelOf(opener);
    if (!panel) return;
    const open = !panel.hasAttribute("data-open");
    closePanels(panel);
    setPanel(panel, open);
    const moves = panel.matches(".menu, .find");
    const first = open && moves ? panel.querySelector("a, input, button") : null;
    if (first) first.focus();
  }

  function inside(panel, target) {
    const opener = openerOf(panel);
    return panel.contains(target) || Boolean(opener && opener.contains(target));
  }

  function leavePanels(target) {
    document.querySelectorAll(".panel[data-open]").forEach((panel) => {
      if (!inside(panel, target)) setPanel(panel, false);
    });
  }

  function escapePanels() {
    const panel = document.querySelector(".panel[data-open]");
    if (!panel) return;
    setPanel(panel, false);
    const opener = openerOf(panel);
    if (opener) opener.focus();
  }

  /* ---- Toasts: closed here, without asking the server ---- */

  const timed = new Map();

  function childrenOf(id) {
    const layout = window.dash_component_api.getLayout(id);
    const children = layout && layout.props ? layout.props.children : [];
    return Array.isArray(children) ? children : children ? [children] : [];
  }

  function closeToast(toast) {
    const region = toast.parentElement;
    if (!region) return;
    window.clearTimeout(timed.get(toast.id));
    timed.delete(toast.id);
    const rest = childrenOf(region.id).filter(
      (child) => !child || !child.props || child.props.id !== toast.id
    );
    setProps(region.id, { children: rest });
  }

  function waitToast(id) {
    window.clearTimeout(timed.get(id));
    const timer = window.setTimeout(() => {
      const toast = document.getElementById(id);
      if (!toast) timed.delete(id);
      else if (toast.matches(":hover, :focus-within")) waitToast(id);
      else closeToast(toast);
    }, TOAST_MS);
    timed.set(id, timer);
  }

  function completeToasts() {
    document.querySelectorAll(".notice-toast[data-stays=no]").forEach((toast) => {
      if (!timed.has(toast.id)) waitToast(toast.id);
    });
  }

  /* ---- AG Grid: the column of check boxes has a name; Enter opens the link of a cell ---- */

  const known = new WeakSet(); /* a table drawn again in the same box is another one */

  /* Columns take their width before anything of the grid is seen (kit.css), or they would jump. */
  function fitGrid(box) {
    const grid = box.querySelector(".kit-grid:has(.ag-header-cell)");
    const root = grid && grid.querySelector(".ag-root-wrapper");
    if (!root || known.has(root)) return;
    try {
      const api = window.dash_ag_grid.getApi(grid.id);
      api.sizeColumnsToFit();
      window.portalGrid.ready(grid, api);
    } catch (_error) {
      window.setTimeout(ask, 30); /* drawn, not ready to be spoken to */
      return;
    }
    known.add(root);
    box.dataset.fitted = "";
  }

  function completeGrid(box) {
    fitGrid(box);
    put(box.querySelector("[role=grid], [role=treegrid]"), "aria-label", box.dataset.label);
  }

  function completeGrids() {
    /* Of that column alone: the other heads may be drawn before their words. */
    document.querySelectorAll('.kit-grid .ag-header-cell[col-id^="ag-Grid-"]').forEach((cell) => {
      if (cell.textContent.trim()) return;
      put(cell, "aria-label", document.documentElement.lang === "en" ? "Selection" : "Sélection");
    });
  }

  function openCell(event) {
    const cell = event.target.closest ? event.target.closest(".kit-grid .ag-cell") : null;
    if (!cell || event.target !== cell) return;
    const link = cell.querySelector("a, button");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }

  /* ---- Listening ---- */

  const completions = { field: completeField, grid: completeGrid, picker: completePicker };
  let asked = false;

  function complete() {
    asked = false;
    document.querySelectorAll("[data-kit]").forEach((element) => {
      const act = completions[element.dataset.kit];
      if (act) act(element);
    });
    completeToasts();
    completeGrids();
  }

  function ask() {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(complete);
  }

  new MutationObserver((records) => {
    const lists = new Set();
    records.forEach((record) => {
      const target = record.target;
      const list = target.closest ? target.closest(".picker-list") : null;
      if (list) lists.add(list);
    });
    lists.forEach(pickerFilled);
    ask();
  }).observe(document.documentElement, { childList: true, subtree: true });

  function pickerAt(target) {
    return target && target.closest ? target.closest("[data-kit=picker]") : null;
  }

  document.addEventListener("input", (event) => {
    const picker = pickerAt(event.target);
    if (picker && !event.fromKit) pickerTyped(picker);
  });

  document.addEventListener("keydown", (event) => {
    const picker = pickerAt(event.target);
    if (picker) pickerKey(event, picker);
    if (event.defaultPrevented) return;
    if (event.key === "Escape") escapePanels();
    if (event.key === "Enter") openCell(event);
  });

  document.addEventListener("focusin", (event) => {
    const picker = pickerAt(event.target);
    if (picker && event.target.select) {
      event.target.select();
      stateOf(picker).fresh = true;
    }
    leavePanels(event.target);
  });

  document.addEventListener("focusout", (event) => {
    const picker = pickerAt(event.target);
    if (picker) pickerLeft(picker, event.relatedTarget);
  });

  /* The option under the finger; an answer may put others in its place before the finger leaves. */
  let pressed = null;

  function chosen(target) {
    const gone = pressed && !pressed.option.isConnected ? pressed : null;
    pressed = null;
    const option = target.closest(".picker-option");
    return gone || { option, picker: option && pickerAt(option) };
  }

  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest ? event.target.closest(".picker-option") : null;
    pressed = option ? { option, picker: pickerAt(option) } : null;
    if (event.target.closest && event.target.closest(".picker-list")) event.preventDefault();
    leavePanels(event.target);
  });

  document.addEventListener("mousedown", (event) => {
    if (event.target.closest && event.target.closest(".picker-list")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!target.closest) return;
    const { option, picker: list } = chosen(target);
    const opener = target.closest("[data-opens]");
    const closer = target.closest("[data-closes=toast]");
    const picker = pickerAt(target);
    if (option && list) choose(list, option);
    else if (picker && target.matches("input")) pickerClicked(picker, target);
    if (opener) togglePanel(opener);
    if (closer) closeToast(closer.closest(".notice-toast"));
  });

  /* Paper is white: a dark screen prints as the light one. */
  let dark = false;
  window.addEventListener("beforeprint", () => {
    dark = document.documentElement.dataset.bsTheme === "dark";
    if (dark) document.documentElement.dataset.bsTheme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (dark) document.documentElement.dataset.bsTheme = "dark";
  });

  window.portalKit = { closePanels };
})();
