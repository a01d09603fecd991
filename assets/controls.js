/* The client's controls: presses in the drawer, the number in the menu, the address of the export. */
(function () {
  "use strict";

  const STILL_MS = 4000; /* one press is one act */

  /* The filters of the page, as the export reads them. */
  function filters() {
    const asked = new URLSearchParams(window.location.search);
    const show = asked.get("show") || (asked.has("right") ? "all" : "open");
    if (show === "open") asked.set("box", [show, asked.get("box")].filter(Boolean).join(","));
    else if (show !== "all") asked.set("state", show);
    ["show", "controle"].forEach((name) => asked.delete(name));
    return asked;
  }

  const presses = {
    many: (button) => {
      window.portalDrawer.awaited(button);
      window.portalDrawer.put("controls-asked", { act: "many" });
    },
    act: (button) => {
      const { act, deposit } = button.dataset;
      button.disabled = true;
      window.setTimeout(() => (button.disabled = false), STILL_MS);
      window.portalDrawer.awaited(null);
      window.portalDrawer.put("controls-acted", { act, deposit });
    },
    drop: (button) => window.portalDrawer.put("controls-drop-calendar", { id: Number(button.dataset.id) }),
    export: (link) => {
      const asked = filters();
      asked.set("format", link.dataset.format);
      link.href = "/controles/export?" + asked;
    },
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element && event.target.closest("[data-controls]");
    const act = pressed && presses[pressed.dataset.controls];
    if (act) act(pressed);
  });

  /* What waits is said in the menu too. */
  function counted() {
    window.setTimeout(() => {
      const told = document.querySelector("[data-waits]");
      const place = document.querySelector('[data-counts="/controles"]');
      if (told && place) place.textContent = told.dataset.waits;
    }, 50); /* once the sentence is drawn */
  }

  /* A deposit that waits since another visit: its pieces are read again, for what they lack. */
  function reread() {
    window.setTimeout(() => {
      const place = document.querySelector("[data-reread]");
      if (!place || place.dataset.asked) return;
      place.dataset.asked = "yes";
      fetch(place.dataset.reread, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
        .then((told) => {
          if (!place.isConnected) return;
          window.dash_clientside.set_props("controls-kept", { data: told });
          window.portalDrawer.put("controls-opened", { uid: place.dataset.control });
        })
        .catch(() => place.remove());
    }, 50); /* once the drawer is drawn */
  }

  /* A first page has come, or will not: the sheet that held its place goes. */
  function drawn(event) {
    const sheet = event.target instanceof Element && event.target.closest(".controls-sheet");
    if (sheet) sheet.classList.remove("sheet-awaited");
  }

  ["load", "error"].forEach((kind) => document.addEventListener(kind, drawn, true));

  let written = false; /* a message was just sent: the drawer that comes shows it */

  function wrote() {
    written = true;
  }

  /* The drawer is drawn again from its top, and the message is at its end. */
  function showWritten() {
    window.setTimeout(() => {
      const said = [...document.querySelectorAll(".controls-message")].pop();
      if (!written || !said) return;
      written = false;
      said.scrollIntoView({ block: "center" });
      said.tabIndex = -1;
      said.focus({ preventScroll: true });
    }, 50); /* once the drawer is drawn */
  }

  function completed() {
    reread();
    showWritten();
  }

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* What a line offers opens its drawer, where it is done. */
  parts.ControlsOpen = function ControlsOpen(props) {
    const value = props.value;
    if (!value || typeof value !== "object") return value ?? null;
    const make = window.React.createElement;
    const look = "btn btn-sm controls-open " + (value.strong ? "btn-secondary" : "btn-ghost");
    const onClick = (event) => window.portalDrawer.open(value.uid, event.currentTarget);
    const glyph = make("i", { className: "bi bi-" + value.icon, "aria-hidden": "true" });
    return make("button", { type: "button", className: look, onClick }, glyph, make("span", null, value.text));
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    controls: { completed, counted, wrote, ticked: (uids) => uids },
  });
})();
