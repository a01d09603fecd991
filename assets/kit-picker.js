// @ts-check
/* Picker: a combobox whose list the server fills; its keys, its ARIA, and the choice. */
const kitPicker = (() => {
  "use strict";

  const WAIT_MS = 1500; /* for the list to follow what is typed */

  /** @typedef {{text: string, active: number, timer: number, choosesFirst: boolean, isFresh: boolean}} PickerState
   * the text chosen, the option under the keys, whether Enter waits for the list, whether it was just entered */

  const states = /** @type {WeakMap<Element, PickerState>} */ (new WeakMap());
  /* The option under the finger; an answer may put others in its place before the finger leaves. */
  const finger = { option: /** @type {HTMLElement | null} */ (null), picker: /** @type {HTMLElement | null} */ (null) };

  /** @param {HTMLElement} picker */
  function stateOf(picker) {
    const text = picker.querySelector("input")?.value ?? "";
    const state = states.get(picker) ?? { text, active: -1, timer: 0, choosesFirst: false, isFresh: false };
    states.set(picker, state);
    return state;
  }

  /** @param {HTMLElement} picker */
  function partsOf(picker) {
    const list = picker.querySelector("[role=listbox]");
    return {
      input: picker.querySelector("input"),
      list,
      options: list ? portal.all("[role=option]:not([aria-disabled=true])", list) : [],
    };
  }

  /** @param {HTMLElement} picker */
  function complete(picker) {
    const { input, list } = partsOf(picker);
    if (!input || !list) return;
    stateOf(picker);
    portal.setAttribute(input, "role", "combobox");
    portal.setAttribute(input, "aria-autocomplete", "list");
    portal.setAttribute(input, "aria-haspopup", "listbox");
    portal.setAttribute(input, "aria-controls", list.id);
    show(picker);
  }

  /** @param {HTMLElement} picker */
  function show(picker) {
    const { input, list, options } = partsOf(picker);
    if (!list) return;
    const state = stateOf(picker);
    const isOpen = picker.hasAttribute("data-open") && list.childElementCount > 0;
    [...list.children].forEach((option, rank) => portal.setAttribute(option, "id", `${list.id}-${rank}`));
    if (state.active >= options.length) state.active = -1;
    options.forEach((option, rank) => {
      portal.setAttribute(option, "aria-selected", String(rank === state.active));
    });
    const active = isOpen ? options[state.active] : null;
    portal.setAttribute(input, "aria-expanded", String(isOpen));
    portal.setAttribute(input, "aria-activedescendant", active ? active.id : null);
    active?.scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLElement} picker */
  function open(picker) {
    portal.setAttribute(picker, "data-open", "");
    show(picker);
  }

  /** @param {HTMLElement} picker */
  function close(picker) {
    Object.assign(stateOf(picker), { active: -1, choosesFirst: false });
    portal.setAttribute(picker, "data-open", null);
    show(picker);
  }

  /** @param {HTMLInputElement | null} input @param {string} text */
  function write(input, text) {
    if (input && input.value !== text) portal.typeInto(input, text);
  }

  /** @param {HTMLElement} picker */
  function isSearch(picker) {
    return picker.classList.contains("picker-search");
  }

  /** @param {HTMLElement} picker @param {HTMLElement} option */
  function choose(picker, option) {
    const state = stateOf(picker);
    state.text = isSearch(picker) ? "" : option.dataset.shown || "";
    close(picker);
    write(partsOf(picker).input, state.text);
    picker.dataset.chosen = option.dataset.value;
    portal.setProps(`${picker.dataset.for}-choice`, { data: option.dataset.value });
    if (picker.closest(".bar-panel")) kitPanels.closeOpen(); /* the panel would stay over what it chose */
  }

  /** @param {HTMLElement} picker */
  function chooseFirst(picker) {
    const state = stateOf(picker);
    state.timer = 0;
    if (!state.choosesFirst) return;
    state.choosesFirst = false;
    const [first] = partsOf(picker).options;
    if (first) choose(picker, first);
  }

  /** Return the option that an arrow leads to, from the one active (-1 when none is), round the list.
   * @param {number} active @param {number} step 1 or -1 @param {number} count of options */
  function nextOption(active, step, count) {
    const from = active < 0 && step < 0 ? 0 : active;
    return count ? (from + step + count) % count : -1;
  }

  /** @param {HTMLElement} picker */
  function followTyping(picker) {
    const state = stateOf(picker);
    Object.assign(state, { active: -1, choosesFirst: false, isFresh: false });
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => chooseFirst(picker), WAIT_MS);
    open(picker);
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} picker */
  function pressKey(event, picker) {
    const state = stateOf(picker);
    const { options } = partsOf(picker);
    const isOpen = picker.hasAttribute("data-open");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      state.active = nextOption(state.active, event.key === "ArrowDown" ? 1 : -1, options.length);
      open(picker);
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      if (options[state.active]) choose(picker, options[state.active]);
      else if (state.timer) state.choosesFirst = true;
      else if (options.length) choose(picker, options[0]);
    } else if (event.key === "Escape" && isOpen && !isSearch(picker)) {
      event.preventDefault();
      event.stopPropagation();
      close(picker);
    }
  }

  /** @param {HTMLElement} picker @param {HTMLInputElement} input */
  function click(picker, input) {
    const state = stateOf(picker);
    if (state.isFresh) input.select();
    state.isFresh = false;
    open(picker);
  }

  /** @param {HTMLElement} picker @param {EventTarget | null} next what takes the focus */
  function leave(picker, next) {
    if (next instanceof Node && picker.contains(next)) return;
    const { input, options } = partsOf(picker);
    close(picker);
    const text = input ? input.value.trim() : "";
    const whole = options.find((option) => option.dataset.value === text);
    if (whole && text !== stateOf(picker).text) choose(picker, whole);
    else if (!isSearch(picker)) write(input, stateOf(picker).text);
  }

  /** Show a list that the server has just filled.
   * @param {HTMLElement} list */
  function showFilled(list) {
    const picker = list.closest("[data-kit=picker]");
    if (!picker) return;
    const state = stateOf(picker);
    window.clearTimeout(state.timer);
    state.active = -1;
    show(picker);
    chooseFirst(picker);
  }

  /* ---- Listening ---- */

  /** @param {Event} event */
  function pickerAt(event) {
    return portal.closest(event, "[data-kit=picker]");
  }

  new MutationObserver((records) => {
    const lists = new Set(
      records.map(({ target }) => (target instanceof Element ? target.closest(".picker-list") : null))
    );
    lists.forEach((list) => {
      if (list) showFilled(list);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("input", (event) => {
    const picker = pickerAt(event);
    if (picker && !portal.isByScript(event)) followTyping(picker);
  });

  document.addEventListener("keydown", (event) => {
    const picker = pickerAt(event);
    if (picker) pressKey(event, picker);
  });

  document.addEventListener("focusin", (event) => {
    const picker = pickerAt(event);
    if (!picker || !(event.target instanceof HTMLInputElement)) return;
    event.target.select();
    stateOf(picker).isFresh = true;
    if (isSearch(picker)) open(picker);
  });

  document.addEventListener("focusout", (event) => {
    const picker = pickerAt(event);
    if (picker) leave(picker, event.relatedTarget);
  });

  document.addEventListener("pointerdown", (event) => {
    const option = portal.closest(event, ".picker-option");
    Object.assign(finger, { option, picker: option?.closest("[data-kit=picker]") ?? null });
  });

  /* The input keeps the focus. */
  ["pointerdown", "mousedown"].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      if (portal.closest(event, ".picker-list")) event.preventDefault();
    });
  });

  document.addEventListener("click", (event) => {
    const isGone = finger.option && !finger.option.isConnected;
    const option = isGone ? finger.option : portal.closest(event, ".picker-option");
    const owner = isGone ? finger.picker : option?.closest("[data-kit=picker]");
    finger.option = null;
    const picker = pickerAt(event);
    if (option && owner) choose(owner, option);
    else if (picker && event.target instanceof HTMLInputElement) click(picker, event.target);
  });

  return { complete, nextOption };
})();
