/* The bell follows what comes while somebody is there: see show_unread in callbacks. */
(function () {
  "use strict";

  const EVERY_MS = 60000;
  const THERE_MS = 300000; /* without a gesture for so long, nobody is there: sessions may end */
  let gesture = Date.now();
  let asked = Date.now();
  let path = window.location.pathname;
  let count = 0;

  function ask() {
    asked = Date.now();
    count += 1;
    window.dash_clientside.set_props("frame-bell-tick", { data: count });
  }

  function look() {
    const late = Date.now() - asked >= EVERY_MS;
    if (!document.hidden && late && Date.now() - gesture < THERE_MS) ask();
  }

  ["pointerdown", "keydown"].forEach((kind) => {
    document.addEventListener(kind, () => (gesture = Date.now()), true);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    gesture = Date.now();
    look();
  });
  window.setInterval(look, EVERY_MS / 4);

  /* A link of a mail opens a place of the page: there, once. */
  function follow() {
    const place = document.getElementById("notifications-stopping");
    const wanted = new URLSearchParams(window.location.search).get("stop");
    if (!place || !wanted || place.dataset.reached) return;
    place.dataset.reached = "yes";
    place.scrollIntoView({ block: "nearest" });
  }

  /* A list is drawn again after each of its buttons: the focus goes on from where it was. */
  const DRAWN = ["list", "mutes", "channels", "addresses"].map((name) => "#notifications-" + name);
  const AGAIN = [...DRAWN, "#consumption-episode"].join(", ");
  let left = null;

  document.addEventListener("click", (event) => {
    const button = event.target.closest ? event.target.closest("button") : null;
    const place = button && button.closest(AGAIN);
    if (!place) return;
    const rank = [...place.querySelectorAll("li")].indexOf(button.closest("li"));
    left = { button, id: button.id, place: place.id, rank };
  });

  function goOn() {
    if (!left || left.button.isConnected) return;
    const { id, place, rank } = left;
    const box = document.getElementById(place);
    left = null;
    if (!box || document.activeElement !== document.body) return;
    const rows = box.querySelectorAll("li");
    const row = rows[Math.min(rank, rows.length - 1)] || box;
    const same = document.getElementById(id);
    const next = same || row.querySelector(".btn-icon") || row.querySelector("button") || row.querySelector("a");
    if (next) next.focus({ preventScroll: true });
  }

  new MutationObserver(() => {
    goOn();
    if (path !== window.location.pathname) {
      path = window.location.pathname;
      look();
    }
    follow();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
