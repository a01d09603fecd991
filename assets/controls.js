/* The client's controls: presses in the drawer, the number in the menu, the address of the export. */
(function () {
  "use strict";

  const STILL_MS = 4000; /* one press is one act */

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
      const asked = new URLSearchParams(window.location.search);
      asked.delete("controle");
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
      const told = document.querySelector("[data-to-do]");
      const place = document.querySelector('[data-counts="/controles"]');
      if (told && place) place.textContent = told.dataset.toDo === "0" ? "" : told.dataset.toDo;
    }, 50); /* once the sentence is drawn */
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

  window.dash_clientside = Object.assign({}, window.dash_clientside, { controls: { counted } });
})();
