/* What a callback's answer means when it is none: 401, sign in and come back here; refused or
   never arrived, say so in the notice of index.html, or a click would end in silence. */
(function () {
  "use strict";

  const LEAVING_MS = 3000;
  const ask = window.fetch;
  let signingIn = false;
  let left = 0;
  let stuck = ""; /* where the request went without which the page is not what its address says */

  function notice() {
    return document.getElementById("trouble");
  }

  function say(title, text) {
    const box = notice();
    if (!box) return;
    box.querySelector(".toast-title").textContent = title;
    box.querySelector(".toast-text").textContent = text;
    box.hidden = false;
  }

  function sayLost() {
    const box = notice();
    if (box) say(box.dataset.lost, box.querySelector(".toast-text").dataset.lost);
  }

  function hide() {
    const box = notice();
    if (box && !stuck) box.hidden = true;
  }

  /* Too many requests waited already (jobs/request_sender.py): the portal looked at none of this one. */
  function sayBusy(seconds) {
    const box = notice();
    if (box) say(box.dataset.busy, box.querySelector(".toast-text").dataset.busy.replace("{seconds}", seconds));
  }

  async function sayRefused(answer) {
    const body = await answer.json().catch(() => null);
    const seconds = answer.headers.get("Retry-After");
    if (body && body.error) say(notice().dataset.refused, body.reference ? body.error + " " + body.reference : body.error);
    else if (answer.status === 503 && seconds) sayBusy(seconds);
    else sayLost(); /* not from us: a proxy in front of a portal that is down */
  }

  function signIn() {
    if (signingIn) return;
    if (!document.dispatchEvent(new CustomEvent("portal-leaving", { cancelable: true }))) return;
    signingIn = true;
    const here = window.location.pathname + window.location.search;
    window.location.assign("/connexion?ended=1&next=" + encodeURIComponent(here));
  }

  /* Whether the page itself comes from this request, and not a part of it. */
  function turns(address, options) {
    const whole = ["/_dash-layout", "/_dash-dependencies"].includes(address.pathname);
    return whole || (Boolean(options) && String(options.body).includes('"_pages_content"'));
  }

  /* What Dash asks when it starts is in the page already (api/arrival.py), good for once. */
  function held(address, options) {
    const name = address.pathname.replace("/_dash-", "");
    if (name === "update-component") return heldPage(options);
    return name === "layout" || name === "dependencies" ? taken("first-" + name) : null;
  }

  function heldPage(options) {
    const body = String(options && options.body);
    if (!body.includes('"_pages_content"')) return null;
    const place = JSON.parse(body).inputs.map((input) => input.value || "").join("");
    const found = document.getElementById("first-page");
    const here = found && found.dataset.address === place;
    if (found && !here) found.remove(); /* the person went on: what is held is the past */
    return here ? taken("first-page") : null;
  }

  function taken(id) {
    const found = document.getElementById(id);
    const text = found && found.textContent;
    if (found) found.remove();
    return text ? new Response(text, { headers: { "Content-Type": "application/json" } }) : null;
  }

  window.fetch = async function (...request) {
    const address = new URL(request[0].url || request[0], window.location.href);
    const ours = address.origin === window.location.origin && address.pathname.startsWith("/_");
    const found = ours && held(address, request[1]);
    if (found) return found;
    try {
      const answer = await ask.apply(this, request);
      if (!ours) return answer;
      if (answer.ok && address.pathname === stuck && turns(address, request[1])) stuck = "";
      if (answer.status === 401) {
        signIn();
        return new Response(null, { status: 401 }); /* Dash reads it twice: only an empty one can be */
      }
      if (answer.status === 503 && turns(address, request[1])) stuck = address.pathname;
      if (answer.status >= 400) sayRefused(answer.clone());
      else hide();
      return answer;
    } catch (error) {
      if (ours && error.name !== "AbortError" && Date.now() - left > LEAVING_MS) {
        if (turns(address, request[1])) stuck = address.pathname;
        sayLost();
      }
      throw error;
    }
  };

  /* Until the layout comes, Dash puts English words where the first paint was: keep that paint. */
  const root = document.getElementById("react-entry-point");
  const paint = root ? [...root.childNodes].map((node) => node.cloneNode(true)) : [];

  function keepPaint() {
    const words = root.querySelector("._dash-loading, ._dash-error");
    if (words && words.dataset.painted === undefined) {
      words.dataset.painted = "";
      words.replaceChildren(...paint.map((node) => node.cloneNode(true)));
    }
    if (document.getElementById("frame-content")) watch.disconnect();
  }

  const watch = new MutationObserver(keepPaint);
  if (root) watch.observe(root, { childList: true, subtree: true });

  window.addEventListener("beforeunload", () => (left = Date.now()));

  document.addEventListener("click", (event) => {
    const button = event.target.closest ? event.target.closest("#trouble [data-does]") : null;
    if (!button) return;
    if (button.dataset.does === "reload") window.location.reload();
    else notice().hidden = true;
  });
})();
