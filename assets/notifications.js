// @ts-check
/* The bell follows what comes while somebody is there: see show_unread in callbacks. */
(() => {
  "use strict";

  const EVERY_MS = 60000;
  const PRESENT_MS = 300000; /* without a gesture for so long, nobody is there: sessions may end */
  /* A list is drawn again after each of its buttons: the focus goes on from where it was. */
  const LISTS = ["list", "mutes", "channels", "addresses"].map((name) => `#notifications-${name}`);
  const REDRAWN = [...LISTS, "#consumption-episode"].join(", ");

  const state = {
    gestureAt: Date.now(),
    askedAt: Date.now(),
    turns: 0,
    path: window.location.pathname,
    pressed: /** @type {{button: HTMLElement, list: string, rank: number} | null} */ (null),
  };

  function ask() {
    state.askedAt = Date.now();
    state.turns += 1;
    portal.setProps("frame-bell-tick", { data: state.turns });
  }

  function look() {
    const isDue = Date.now() - state.askedAt >= EVERY_MS;
    const isPresent = !document.hidden && Date.now() - state.gestureAt < PRESENT_MS;
    if (isDue && isPresent) ask();
  }

  function noteGesture() {
    state.gestureAt = Date.now();
  }

  document.addEventListener("pointerdown", noteGesture, true);
  document.addEventListener("keydown", noteGesture, true);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    noteGesture();
    look();
  });
  window.setInterval(look, EVERY_MS / 4);

  /* A link of a mail opens a place of the page: there, once. */
  function showStopping() {
    const place = document.getElementById("notifications-stopping");
    const isWanted = new URLSearchParams(window.location.search).get("stop");
    if (!place || !isWanted || place.dataset.reached) return;
    place.dataset.reached = "yes";
    place.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const button = portal.closest(event, "button");
    const list = button?.closest(REDRAWN);
    const row = button?.closest("li");
    if (!button || !list) return;
    state.pressed = { button, list: list.id, rank: row ? portal.all("li", list).indexOf(row) : -1 };
  });

  function keepFocus() {
    const { pressed } = state;
    if (!pressed || pressed.button.isConnected) return;
    state.pressed = null;
    const list = document.getElementById(pressed.list);
    if (!list || document.activeElement !== document.body) return;
    const rows = portal.all("li", list);
    const row = rows[Math.min(pressed.rank, rows.length - 1)] ?? list;
    const next =
      document.getElementById(pressed.button.id) ??
      row.querySelector(".btn-icon") ??
      row.querySelector("button") ??
      row.querySelector("a");
    next?.focus({ preventScroll: true });
  }

  new MutationObserver(() => {
    keepFocus();
    if (state.path !== window.location.pathname) {
      state.path = window.location.pathname;
      look();
    }
    showStopping();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
