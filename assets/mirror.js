/* Connections: what is pressed and ticked on lists that the server draws as plain elements. */
(function () {
  "use strict";

  const THERE_MS = 15 * 60000; /* without a gesture for so long, nobody is there: sessions may end */
  let pressed = 0;
  let gesture = Date.now();

  const set = (id, data) => window.dash_clientside.set_props(id, { data: { ...data, n: (pressed += 1) } });
  const ticked = () => [...document.querySelectorAll("#mirror-drifts [data-mirror=tick][aria-checked=true]")];
  const drawn = (id) => document.querySelector(`#${id} > [data-drawn]`)?.dataset.drawn ?? "";
  const shown = () => ({
    drifts: drawn("mirror-drifts"),
    sendings: drawn("mirror-sendings"),
    passed: drawn("mirror-rounds"),
    ticks: ticked().length,
  });
  const numbers = (text) => text.split(" ").filter(Boolean).map(Number);
  const repair = (ids, more) => set("mirror-repairing", { ids, kind: "", every: false, seen: 0, upto: 0, ...more });

  const presses = {
    tick: (button) => button.setAttribute("aria-checked", String(button.getAttribute("aria-checked") !== "true")),
    one: (button) => repair([Number(button.dataset.id)]),
    ticked: () => repair(ticked().map((box) => Number(box.dataset.id))),
    every: ({ dataset }) => repair([], { kind: dataset.kind, every: true, upto: Number(dataset.upto) }),
    sure: (button) => {
      const { ids, kind, seen, upto } = button.dataset;
      repair(numbers(ids), { kind, every: !ids, seen: Number(seen), upto: Number(upto) });
    },
    no: () => window.dash_clientside.set_props("mirror-question", { children: [] }),
    sends: () => set("mirror-sends-sure", {}),
    keeps: () => {
      const { kept } = document.querySelector("#mirror-sends-asked [data-mirror=keeps]").dataset;
      window.dash_clientside.set_props("mirror-sends-asked", { children: [] });
      window.dash_clientside.set_props("mirror-sends", { value: kept === "on" });
    },
    reread: () => {
      document.querySelector("#mirror-drifts .mirror-tabs a")?.focus();
      set("mirror-looking", { ...shown(), drifts: "", ticks: 0 });
    },
    leaves: (button) => {
      const { do: act, id, right, verb } = button.dataset;
      set("mirror-sending", { do: act, id: Number(id), right, verb });
    },
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-mirror]");
    if (button && presses[button.dataset.mirror]) presses[button.dataset.mirror](button);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    mirror: {
      look: () => (away() ? window.dash_clientside.no_update : { ...shown(), n: (pressed += 1) }),
    },
  });

  const away = () => document.hidden || Date.now() - gesture > THERE_MS;

  /* Who comes back sees at once what came meanwhile. */
  function back() {
    const late = Date.now() - gesture > THERE_MS;
    gesture = Date.now();
    if (late) look();
  }

  function look() {
    if (document.getElementById("mirror-drifts")) set("mirror-looking", shown());
  }

  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((kind) => {
    document.addEventListener(kind, back, { capture: true, passive: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    gesture = Date.now();
    look();
  });

  document.addEventListener("cancel", (event) => {
    if (event.target.closest("#mirror-sends-asked")) presses.keeps();
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector("#mirror-question > *")) presses.no();
  });

  /* What has the focus keeps it when its list is drawn again: by its row; once that row is gone,
     the one that came in its place, else the head of the list. So does a question about it. */
  const LISTS = "#mirror-drifts, #mirror-sendings";
  let held = null;

  document.addEventListener("focusin", ({ target }) => {
    if (target.closest("#mirror-question")) {
      held = { list: "mirror-drifts", ...held, one: target };
      return;
    }
    const list = target.closest(LISTS);
    const row = target.closest("[data-row]");
    const place = list && row ? rowsOf(list).indexOf(row) : -1;
    held = list && { one: target, list: list.id, row: row?.dataset.row, place, ...target.dataset };
  });

  const rowsOf = (list) => [...list.querySelectorAll("[data-row]")];

  function kept() {
    if (!held || held.one.isConnected || document.activeElement !== document.body) return;
    const list = document.getElementById(held.list);
    const next = list && nextIn(list, held);
    held = null;
    if (next) next.focus({ preventScroll: true });
  }

  function nextIn(list, { row, place, mirror, do: verb }) {
    const rows = rowsOf(list);
    const near = rows.find((one) => one.dataset.row === row) || rows[Math.min(place, rows.length - 1)];
    const same = `[data-mirror="${mirror}"]${verb ? `[data-do="${verb}"]` : ""}`;
    const head = list.querySelector("h2");
    if (head) head.tabIndex = -1;
    return (near || list).querySelector(same) || near?.querySelector("a, button") || head;
  }

  /* A link to a list leads down to it once it is drawn, unless one goes elsewhere meanwhile. */
  let led = "";

  function lead() {
    const place = led && document.getElementById(led);
    if (place) place.scrollIntoView({ block: "start" });
  }

  window.addEventListener("_dashprivate_pushstate", () => {
    led = window.location.hash.startsWith("#mirror-") ? window.location.hash.slice(1) : "";
    setTimeout(lead); /* a link goes to the top of the page first */
  });
  ["pointerdown", "keydown", "wheel"].forEach((kind) => {
    document.addEventListener(kind, () => (led = ""), { capture: true, passive: true });
  });

  /* A list drawn again may put another row under a tick; a question takes the focus. */
  new MutationObserver((changes) => {
    kept();
    lead();
    changes.forEach(({ type, target, addedNodes }) => {
      if (type === "attributes") {
        if (target.dataset.mirror === "tick") target.setAttribute("aria-checked", "false");
        return;
      }
      const dialog = target.id === "mirror-sends-asked" && target.querySelector("dialog");
      if (dialog && !dialog.open) dialog.showModal();
      if (target.id !== "mirror-question" || !addedNodes.length) return;
      const first = target.querySelector("button");
      if (first) first.focus();
    });
  }).observe(document.documentElement, { attributeFilter: ["data-id"], childList: true, subtree: true });
})();
