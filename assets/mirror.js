// @ts-check
/* Connections: what is pressed and ticked on lists that the server draws as plain elements. */
(() => {
  "use strict";

  /** @typedef {{element: HTMLElement, list: string, row?: string, place: number, mirror?: string, verb?: string}} Focus */

  const PRESENT_MS = 15 * 60000; /* without a gesture for so long, nobody is there: sessions may end */
  const LISTS = "#mirror-drifts, #mirror-sendings";

  const state = {
    gestureAt: Date.now(),
    focus: /** @type {Focus | null} */ (null) /* the last in a list, or in a question about it */,
    target: "" /* the list that a link leads to, until one goes elsewhere */,
  };

  function tickedBoxes() {
    return portal.all("#mirror-drifts [data-mirror=tick][aria-checked=true]");
  }

  /** @param {string} id */
  function drawnVersion(id) {
    return document.querySelector(`#${id} > [data-drawn]`)?.dataset.drawn ?? "";
  }

  /** Return what the page shows, for the server to draw only what has changed since. */
  function drawnVersions() {
    return {
      drifts: drawnVersion("mirror-drifts"),
      sendings: drawnVersion("mirror-sendings"),
      passed: drawnVersion("mirror-rounds"),
      ticks: tickedBoxes().length,
    };
  }

  /** @param {number[]} ids @param {object} [more] */
  function repair(ids, more) {
    portal.sendPress("mirror-repairing", { ids, kind: "", every: false, seen: 0, upto: 0, ...more });
  }

  function closeQuestion() {
    portal.setProps("mirror-question", { children: [] });
  }

  function keepSending() {
    const { kept } = portal.need("#mirror-sends-asked [data-mirror=keeps]").dataset;
    portal.setProps("mirror-sends-asked", { children: [] });
    portal.setProps("mirror-sends", { value: kept === "on" });
  }

  portal.onPress("mirror", {
    tick: (button) => button.setAttribute("aria-checked", String(button.getAttribute("aria-checked") !== "true")),
    one: (button) => repair([Number(button.dataset.id)]),
    ticked: () => repair(tickedBoxes().map((box) => Number(box.dataset.id))),
    every: ({ dataset }) => repair([], { kind: dataset.kind, every: true, upto: Number(dataset.upto) }),
    sure: (button) => {
      const { ids = "", kind, seen, upto } = button.dataset;
      const numbers = ids.split(" ").filter(Boolean).map(Number);
      repair(numbers, { kind, every: !ids, seen: Number(seen), upto: Number(upto) });
    },
    no: closeQuestion,
    sends: () => {
      portal.sendPress("mirror-sends-sure", {});
    },
    keeps: keepSending,
    reread: () => {
      document.querySelector("#mirror-drifts .mirror-tabs a")?.focus();
      portal.sendPress("mirror-looking", { ...drawnVersions(), drifts: "", ticks: 0 });
    },
    leaves: (button) => {
      const { do: act, id, right, verb } = button.dataset;
      portal.sendPress("mirror-sending", { do: act, id: Number(id), right, verb });
    },
  });

  document.addEventListener(
    "cancel",
    (event) => {
      if (portal.closest(event, "#mirror-sends-asked")) keepSending();
    },
    true
  );

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector("#mirror-question > *")) closeQuestion();
  });

  /* ---- The page looks again while somebody is there ---- */

  function isAway() {
    return document.hidden || Date.now() - state.gestureAt > PRESENT_MS;
  }

  function look() {
    if (document.getElementById("mirror-drifts")) portal.sendPress("mirror-looking", drawnVersions());
  }

  /* Who comes back sees at once what came meanwhile. */
  function noteGesture() {
    const isLate = Date.now() - state.gestureAt > PRESENT_MS;
    state.gestureAt = Date.now();
    if (isLate) look();
  }

  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((kind) => {
    document.addEventListener(kind, noteGesture, { capture: true, passive: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    state.gestureAt = Date.now();
    look();
  });

  portal.provide("mirror", {
    look: () => {
      if (isAway()) return window.dash_clientside.no_update;
      return { ...drawnVersions(), n: portal.countPress() };
    },
  });

  /* ---- What has the focus keeps it when its list is drawn again: by its row; once that row is gone,
     the one that came in its place, else the head of the list. So does a question about it. ---- */

  document.addEventListener("focusin", (event) => {
    const element = /** @type {HTMLElement} */ (event.target);
    if (portal.closest(event, "#mirror-question")) {
      state.focus = { list: "mirror-drifts", place: -1, ...state.focus, element };
      return;
    }
    const list = portal.closest(event, LISTS);
    const row = portal.closest(event, "[data-row]");
    const { mirror, do: verb } = element.dataset ?? {};
    const place = list && row ? rowsOf(list).indexOf(row) : -1;
    state.focus = list && { element, list: list.id, row: row?.dataset.row, place, mirror, verb };
  });

  /** @param {HTMLElement} list */
  function rowsOf(list) {
    return portal.all("[data-row]", list);
  }

  function keepFocus() {
    const { focus } = state;
    if (!focus || focus.element.isConnected || document.activeElement !== document.body) return;
    state.focus = null;
    const list = document.getElementById(focus.list);
    if (list) heirIn(list, focus)?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} list @param {Focus} focus */
  function heirIn(list, { row, place, mirror, verb }) {
    const rows = rowsOf(list);
    const near = rows.find((other) => other.dataset.row === row) ?? rows[Math.min(place, rows.length - 1)];
    const same = `[data-mirror="${mirror}"]${verb ? `[data-do="${verb}"]` : ""}`;
    const head = list.querySelector("h2");
    if (head) head.tabIndex = -1;
    return (near ?? list).querySelector(same) ?? near?.querySelector("a, button") ?? head;
  }

  /* ---- A link to a list leads down to it once it is drawn, unless one goes elsewhere meanwhile ---- */

  function scrollToTarget() {
    const place = state.target ? document.getElementById(state.target) : null;
    place?.scrollIntoView({ block: "start" });
  }

  window.addEventListener("_dashprivate_pushstate", () => {
    const { hash } = window.location;
    state.target = hash.startsWith("#mirror-") ? hash.slice(1) : "";
    setTimeout(scrollToTarget); /* a link goes to the top of the page first */
  });
  ["pointerdown", "keydown", "wheel"].forEach((kind) => {
    document.addEventListener(
      kind,
      () => {
        state.target = "";
      },
      { capture: true, passive: true }
    );
  });

  /* ---- A list drawn again may put another row under a tick; a question takes the focus ---- */

  /** @param {MutationRecord} record */
  function complete({ type, target, addedNodes }) {
    if (!(target instanceof HTMLElement)) return;
    if (type === "attributes") {
      if (target.dataset.mirror === "tick") target.setAttribute("aria-checked", "false");
      return;
    }
    const dialog = target.id === "mirror-sends-asked" ? target.querySelector("dialog") : null;
    if (dialog && !dialog.open) dialog.showModal();
    if (target.id === "mirror-question" && addedNodes.length) target.querySelector("button")?.focus();
  }

  new MutationObserver((records) => {
    keepFocus();
    scrollToTarget();
    records.forEach(complete);
  }).observe(document.documentElement, { attributeFilter: ["data-id"], childList: true, subtree: true });
})();
