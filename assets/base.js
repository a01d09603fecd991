// @ts-check
/* What several scripts share. A script is one constant of the page at most, and scripts load in the
   order of their names: this one comes first. tests/assets/tsconfig.json checks them together. */
const portal = (() => {
  "use strict";

  const REST_MS = 4000; /* one press is one act */
  const LETTERS = "portal-letters";
  let presses = 0;

  /* ---- Elements ---- */

  /** List the elements of *selector*, in the order of the page.
   * @param {string} selector @param {ParentNode} [root] */
  function all(selector, root = document) {
    return [...root.querySelectorAll(selector)];
  }

  /** Return the first element of *selector*, which the page is known to have.
   * @param {string} selector @param {ParentNode} [root] */
  function need(selector, root = document) {
    const element = root.querySelector(selector);
    if (!element) throw new Error(`nothing on the page is ${selector}`);
    return element;
  }

  /** Return the nearest element of *selector* around what an event is about.
   * @param {Event} event @param {string} selector */
  function closest(event, selector) {
    return event.target instanceof Element ? event.target.closest(selector) : null;
  }

  /** Tell whether a key is typed into a field, or to a dialogue, and so is no command of the page.
   * @param {Event} event */
  function isTyping(event) {
    return Boolean(closest(event, "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], dialog[open]"));
  }

  /** Tell whether keys of one letter are commands: a person may turn them off in this browser (WCAG 2.1.4). */
  function hasLetters() {
    try {
      return window.localStorage.getItem(LETTERS) !== "off";
    } catch {
      return true; /* a browser that keeps nothing keeps the letters */
    }
  }

  function toggleLetters() {
    try {
      window.localStorage.setItem(LETTERS, hasLetters() ? "off" : "on");
    } catch {
      /* it keeps them */
    }
  }

  /** Write an attribute only when it changes; null removes it.
   * @param {Element | null | undefined} element @param {string} name @param {string | null} value */
  function setAttribute(element, name, value) {
    if (!element) return;
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  /** Type a text into a field as a hand would, for whoever listens to it; `isByScript` tells it apart.
   * @param {HTMLInputElement} field @param {string} text */
  function typeInto(field, text) {
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    setter?.call(field, text);
    field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: typeInto }));
  }

  /** @param {Event} event */
  function isByScript(event) {
    return event instanceof CustomEvent && event.detail === typeInto;
  }

  /** Call *act* once for all that changes on the page between two paints.
   * @param {() => void} act @param {MutationObserverInit} [also] */
  function afterChanges(act, also = {}) {
    let isWaiting = false;
    const ask = () => {
      if (isWaiting) return;
      isWaiting = true;
      window.requestAnimationFrame(() => {
        isWaiting = false;
        act();
      });
    };
    const kinds = { childList: true, subtree: true, ...also };
    new MutationObserver(ask).observe(document.documentElement, kinds);
    return ask;
  }

  /* ---- Words and numbers ---- */

  /** Put *values* in the `{blanks}` of a sentence; a blank without a value stays.
   * @param {string} sentence @param {Record<string, unknown>} values */
  function fillBlanks(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));
  }

  function isFrench() {
    return document.documentElement.lang !== "en";
  }

  /** Write a number as i18n.py does, with exactly *digits* decimals.
   * @param {number} value @param {number} [digits] */
  function formatNumber(value, digits = 0) {
    return value.toLocaleString(isFrench() ? "fr" : "en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  /** Read the JSON that the server wrote in an attribute `data-…`.
   * @param {HTMLElement} element @param {string} name
   * @returns {any} */
  function parseData(element, name) {
    return JSON.parse(element.dataset[name] ?? "null");
  }

  /* ---- Dash ---- */

  /** @param {string | object} id @param {object} props */
  function setProps(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  /** Return the number of a press, which makes each a change of the Store that holds it. */
  function countPress() {
    presses += 1;
    return presses;
  }

  /** Tell a Store of a press; it holds the number of the press as `n`.
   * @param {string} id @param {object} data */
  function sendPress(id, data) {
    const n = countPress();
    setProps(id, { data: { ...data, n } });
    return n;
  }

  /** Offer functions to `on.client(namespace, …)` of callbacks/group.py.
   * @param {string} namespace @param {Record<string, Function>} functions */
  function provide(namespace, functions) {
    window.dash_clientside = { ...window.dash_clientside, [namespace]: functions };
  }

  /** Offer a component to the cells of grids.
   * @param {string} name @param {(props: any) => unknown} component */
  function provideCell(name, component) {
    window.dashAgGridComponentFunctions ??= {};
    window.dashAgGridComponentFunctions[name] = component;
  }

  /* ---- Presses ---- */

  /** Call the function named by the attribute `data-<name>` of what is pressed.
   * @param {string} name @param {Record<string, (button: HTMLButtonElement) => void>} acts */
  function onPress(name, acts) {
    document.addEventListener("click", (event) => {
      const button = /** @type {HTMLButtonElement | null} */ (closest(event, `[data-${name}]`));
      if (button) acts[button.dataset[name] ?? ""]?.(button);
    });
  }

  /** Disable a button while its press is answered.
   * @param {HTMLButtonElement} button */
  function restButton(button) {
    button.disabled = true;
    window.setTimeout(() => {
      button.disabled = false;
    }, REST_MS);
  }

  /** The same, once Dash has heard the press.
   * @param {HTMLButtonElement} button */
  function restButtonAfterPress(button) {
    window.setTimeout(() => restButton(button), 0);
  }

  /* ---- Addresses and requests ---- */

  /** Return the token that a request which writes must carry, as the cookie holds it. */
  function csrfToken() {
    const cookie = document.cookie.split("; ").find((text) => text.startsWith("_csrf_token="));
    return cookie ? decodeURIComponent(cookie.slice("_csrf_token=".length)) : "";
  }

  /** Tell whether a press on a link opens it elsewhere than here.
   * @param {MouseEvent} event */
  function opensElsewhere(event) {
    return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  }

  /** Open another page of the portal, as a link of Dash does: nothing is loaded again.
   * @param {string} address */
  function goTo(address) {
    window.history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function address() {
    return window.location.pathname + window.location.search;
  }

  return {
    all,
    need,
    closest,
    isTyping,
    hasLetters,
    toggleLetters,
    setAttribute,
    typeInto,
    isByScript,
    afterChanges,
    fillBlanks,
    isFrench,
    formatNumber,
    parseData,
    setProps,
    countPress,
    sendPress,
    provide,
    provideCell,
    onPress,
    restButton,
    restButtonAfterPress,
    csrfToken,
    opensElsewhere,
    goTo,
    address,
  };
})();
