/* The address bar, the menu and the small forms of the frame; see components/frame.py. */
(function () {
  "use strict";

  const PAGES = "_pages_location";
  const TYPING_MS = 2000;
  let shown = here();

  function here() {
    return window.location.pathname + window.location.search;
  }

  function knownToDash() {
    const layout = window.dash_component_api && window.dash_component_api.getLayout(PAGES);
    const props = layout ? layout.props : {};
    return (props.pathname || "") + (props.search || "");
  }

  /* Dash draws a page again when its location changes. After writeAddress it does not know where
     it is, so a step back to the address it remembers would change nothing: say it again. So is
     it where something leads to the address that is shown, whose page may have changed since;
     not where a link only goes down the page. */
  function follow(event) {
    const led = event.type !== "popstate";
    if ((led || here() !== shown) && here() === knownToDash()) {
      window.dash_clientside.set_props(PAGES, { search: window.location.search });
    }
    shown = here();
    touched = false;
  }

  window.addEventListener("popstate", follow);
  window.addEventListener("_dashprivate_pushstate", follow);

  function openFound(number) {
    if (!number) return window.dash_clientside.no_update;
    return "/consommations?pce=" + encodeURIComponent(number);
  }

  let touched = false;
  ["pointerdown", "keydown", "input"].forEach((kind) => {
    document.addEventListener(kind, () => (touched = true), true);
  });

  let typed = { field: null, at: 0 };

  /* One search is one step back, however many pauses its typing made. */
  function goesOnTyping() {
    const field = document.activeElement;
    const goesOn = field === typed.field && Date.now() - typed.at < TYPING_MS;
    typed = { field: field && field.matches("input[type=search]") ? field : null, at: Date.now() };
    return goesOn;
  }

  /* What a page writes before anybody touched it is where it already is: no step back to make. */
  function writeAddress(query) {
    if (typeof query !== "string") return;
    const text = query && query[0] !== "?" ? "?" + query : query;
    if (text === window.location.search) return;
    const address = window.location.pathname + text;
    if (touched && !goesOnTyping()) window.history.pushState({}, "", address);
    else window.history.replaceState(window.history.state, "", address);
    shown = here();
  }

  function isIn(path, pathname) {
    return path === "/" ? pathname === "/" : pathname === path || pathname.startsWith(path + "/");
  }

  let last = null;

  function followPage(pathname) {
    const path = pathname || window.location.pathname;
    const links = [...document.querySelectorAll(".menu-link")];
    const around = links.filter((link) => isIn(link.getAttribute("href"), path));
    const nearest = Math.max(...around.map((link) => link.getAttribute("href").length));
    links.forEach((link) => {
      /* /consommations/parc is an entry of its own, inside that of /consommations. */
      const here = around.includes(link) && link.getAttribute("href").length === nearest;
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    if (last !== null && last !== path) {
      window.portalKit.closePanels();
      const main = document.getElementById("frame-content");
      if (main) main.focus({ preventScroll: true });
    }
    last = path;
  }

  function token() {
    const found = document.cookie.split("; ").find((part) => part.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.slice("_csrf_token=".length)) : "";
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches || !form.matches(".frame-form")) return;
    const fresh = token();
    if (fresh) form.elements.csrf_token.value = fresh;
    form.elements.next.value = here();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    frame: { openFound, writeAddress, followPage },
  });
})();
