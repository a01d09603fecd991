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

  new MutationObserver(() => {
    if (path !== window.location.pathname) {
      path = window.location.pathname;
      look();
    }
    follow();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
