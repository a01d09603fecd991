// @ts-check
/* The client's controls: presses in the drawer, the number in the menu, the address of the export. */
const controls = (() => {
  "use strict";

  const DRAWN_MS = 50; /* after which what Dash has is drawn */
  const state = { hasWritten: false }; /* a message was just sent: the drawer that comes shows it */

  /** Return the filters of the page, as the export reads them.
   * @param {string} search */
  function exportQuery(search) {
    const query = new URLSearchParams(search);
    const show = query.get("show") || (query.has("right") ? "all" : "open");
    if (show === "open") query.set("box", [show, query.get("box")].filter(Boolean).join(","));
    else if (show !== "all") query.set("state", show);
    ["show", "controle"].forEach((name) => query.delete(name));
    return query;
  }

  portal.onPress("controls", {
    many: (button) => {
      kitDrawer.expect(button);
      portal.sendPress("controls-asked", { act: "many" });
    },
    act: (button) => {
      const { act, deposit } = button.dataset;
      portal.restButton(button);
      kitDrawer.expect(null);
      portal.sendPress("controls-acted", { act, deposit });
    },
    drop: (button) => {
      portal.sendPress("controls-drop-calendar", { id: Number(button.dataset.id) });
    },
    export: (link) => {
      const query = exportQuery(window.location.search);
      query.set("format", link.dataset.format ?? "");
      link.setAttribute("href", `/controles/export?${query}`);
    },
  });

  /* What waits is said in the menu too. */
  function showCount() {
    window.setTimeout(() => {
      const source = document.querySelector("[data-waits]");
      const place = document.querySelector('[data-counts="/controles"]');
      if (source && place) place.textContent = source.dataset.waits ?? "";
    }, DRAWN_MS);
  }

  /* A deposit that waits since another visit: its pieces are read again, for what they lack. */
  async function readAgain() {
    const place = document.querySelector("[data-reread]");
    if (!place || place.dataset.asked) return;
    place.dataset.asked = "yes";
    try {
      const answer = await fetch(place.dataset.reread ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      if (!place.isConnected) return;
      portal.setProps("controls-kept", { data });
      portal.sendPress("controls-opened", { uid: place.dataset.control });
    } catch {
      place.remove();
    }
  }

  /* A first page has come, or will not: the sheet that held its place goes. */
  ["load", "error"].forEach((kind) => {
    document.addEventListener(
      kind,
      (event) => portal.closest(event, ".controls-sheet")?.classList.remove("sheet-awaited"),
      true
    );
  });

  /* The drawer is drawn again from its top, and the message is at its end. */
  function showWritten() {
    const message = portal.all(".controls-message").pop();
    if (!state.hasWritten || !message) return;
    state.hasWritten = false;
    message.scrollIntoView({ block: "center" });
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
  }

  portal.provide("controls", {
    showCount,
    completeDrawer: () => {
      window.setTimeout(() => {
        readAgain();
        showWritten();
      }, DRAWN_MS);
    },
    noteMessage: () => {
      state.hasWritten = true;
    },
    passOn: (/** @type {string[]} */ uids) => uids,
  });

  /* What a line offers opens its drawer, where it is done. */
  portal.provideCell("ControlsOpen", ({ value }) => {
    if (!value || typeof value !== "object") return value ?? null;
    const make = window.React.createElement;
    const look = `btn btn-sm controls-open ${value.strong ? "btn-secondary" : "btn-ghost"}`;
    const onClick = (/** @type {any} */ event) => kitDrawer.open(value.uid, event.currentTarget);
    const glyph = make("i", { className: `bi bi-${value.icon}`, "aria-hidden": "true" });
    return make("button", { type: "button", className: look, onClick }, glyph, make("span", null, value.text));
  });

  return { exportQuery };
})();
