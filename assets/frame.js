// @ts-check
/* The address bar, the menu and the small forms of the frame; see components/frame.py. */
const frame = (() => {
  "use strict";

  const PAGES = "_pages_location";
  const TYPING_MS = 2000;

  const state = {
    address: portal.address() /* that is shown */,
    path: /** @type {string | null} */ (null) /* of the page drawn last */,
    isTouched: false /* somebody did something on this page */,
    typing: { field: /** @type {Element | null} */ (null), at: 0 },
  };

  function addressOfDash() {
    const props = window.dash_component_api?.getLayout(PAGES)?.props ?? {};
    return (props.pathname || "") + (props.search || "");
  }

  /* Dash draws a page again when its location changes. After writeAddress it does not know where
     it is, so a step back to the address it remembers would change nothing: say it again. So is
     it where something leads to the address that is shown, whose page may have changed since;
     not where a link only goes down the page. */
  /** @param {Event} event */
  function follow(event) {
    const address = portal.address();
    const isLed = event.type !== "popstate";
    if ((isLed || address !== state.address) && address === addressOfDash()) {
      portal.setProps(PAGES, { search: window.location.search });
    }
    state.address = address;
    state.isTouched = false;
  }

  window.addEventListener("popstate", follow);
  window.addEventListener("_dashprivate_pushstate", follow);

  ["pointerdown", "keydown", "input"].forEach((kind) => {
    document.addEventListener(
      kind,
      () => {
        state.isTouched = true;
      },
      true
    );
  });

  /* One search is one step back, however many pauses its typing made. */
  function goesOnTyping() {
    const field = document.activeElement;
    const { typing } = state;
    const goesOn = field === typing.field && Date.now() - typing.at < TYPING_MS;
    state.typing = { field: field?.matches("input[type=search]") ? field : null, at: Date.now() };
    return goesOn;
  }

  /** Write the query of the page in its address; what a page writes before anybody touched it is where it
   * already is: no step back to make.
   * @param {unknown} query */
  function writeAddress(query) {
    if (typeof query !== "string") return;
    const search = query && query[0] !== "?" ? `?${query}` : query;
    if (search === window.location.search) return;
    const address = window.location.pathname + search;
    if (state.isTouched && !goesOnTyping()) window.history.pushState({}, "", address);
    else window.history.replaceState(window.history.state, "", address);
    state.address = portal.address();
  }

  /** Return the path nearest to a page: /droits/lecteurs is inside /droits.
   * @param {string[]} entries paths @param {string} path of the page */
  function nearestEntry(entries, path) {
    const around = entries.filter((entry) =>
      entry === "/" ? path === "/" : path === entry || path.startsWith(`${entry}/`)
    );
    return around.sort((one, other) => other.length - one.length)[0];
  }

  /** Mark the entry that opens a page, or the one of the section where it is.
   * @param {string} selector of the entries @param {string} path of the page */
  function markNearest(selector, path) {
    const entries = portal.all(selector);
    const hrefOf = (/** @type {Element} */ entry) => entry.getAttribute("href") ?? "";
    const coveredBy = (/** @type {Element} */ entry) => entry.parentElement?.dataset.covers;
    const placesOf = (/** @type {Element} */ entry) => (coveredBy(entry) ?? hrefOf(entry)).split(" ");
    const nearest = nearestEntry(entries.flatMap(placesOf), path);
    entries.forEach((entry) => {
      const isNearest = nearest !== undefined && placesOf(entry).includes(nearest);
      const mark = hrefOf(entry) === path ? "page" : "true";
      portal.setAttribute(entry, "aria-current", isNearest ? mark : null);
    });
  }

  /** @param {string | null} pathname */
  function followPage(pathname) {
    const path = pathname || window.location.pathname;
    markNearest(".menu-link", path);
    markNearest(".menu-line", path);
    if (state.path !== null && state.path !== path) {
      kitPanels.closeAll();
      document.getElementById("frame-content")?.focus({ preventScroll: true });
    }
    state.path = path;
  }

  document.addEventListener("submit", ({ target: form }) => {
    if (!(form instanceof HTMLFormElement) || !form.matches(".frame-form")) return;
    const token = portal.csrfToken();
    const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (token) field("csrf_token").value = token;
    field("next").value = portal.address();
  });

  portal.provide("frame", { openFound: frameSearch.openFound, writeAddress, followPage });

  return { nearestEntry };
})();
