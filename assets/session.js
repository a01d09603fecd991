// @ts-check
/* What a callback's answer means when it is none: 401, sign in and come back here; refused or
   never arrived, say so in the notice of index.html, or a click would end in silence. */
const session = (() => {
  "use strict";

  const LEAVING_MS = 3000;
  const sendRequest = window.fetch;

  const state = {
    isSigningIn: false,
    leftAt: 0,
    stuck: "" /* where the request went without which the page is not what its address says */,
  };

  /* ---- The notice ---- */

  function notice() {
    return document.getElementById("trouble");
  }

  /** @param {string | undefined} title @param {string | undefined} text */
  function say(title, text) {
    const box = notice();
    if (!box) return;
    portal.need(".toast-title", box).textContent = title ?? "";
    portal.need(".toast-text", box).textContent = text ?? "";
    box.hidden = false;
  }

  /** Say what the notice has words for.
   * @param {"lost" | "busy"} kind @param {Record<string, string>} [values] */
  function sayKind(kind, values = {}) {
    const box = notice();
    const text = box?.querySelector(".toast-text")?.dataset[kind] ?? "";
    if (box) say(box.dataset[kind], portal.fillBlanks(text, values));
  }

  function hideNotice() {
    const box = notice();
    if (box && !state.stuck) box.hidden = true;
  }

  /** @param {Response} answer */
  async function sayRefused(answer) {
    const body = await answer.json().catch(() => null);
    const seconds = answer.headers.get("Retry-After");
    if (body?.error) {
      say(notice()?.dataset.refused, body.reference ? `${body.error} ${body.reference}` : body.error);
    } else if (answer.status === 503 && seconds) {
      sayKind("busy", { seconds }); /* too many waited (jobs/request_sender.py): the portal looked at none of it */
    } else {
      sayKind("lost"); /* not from us: a proxy in front of a portal that is down */
    }
  }

  function signIn() {
    if (state.isSigningIn) return;
    if (!document.dispatchEvent(new CustomEvent("portal-leaving", { cancelable: true }))) return;
    state.isSigningIn = true;
    window.location.assign(`/connexion?ended=1&next=${encodeURIComponent(portal.address())}`);
  }

  /* ---- What Dash asks when it starts is in the page already (api/arrival.py), good for once ---- */

  /** @param {RequestInit | undefined} options */
  function asksPage(options) {
    return Boolean(options) && String(options?.body).includes('"_pages_content"');
  }

  /** Tell whether the page itself comes from this request, and not a part of it.
   * @param {string} path @param {RequestInit | undefined} options */
  function bringsPage(path, options) {
    return ["/_dash-layout", "/_dash-dependencies"].includes(path) || asksPage(options);
  }

  /** @param {string} path @param {RequestInit | undefined} options */
  function takeFirstAnswer(path, options) {
    const name = path.replace("/_dash-", "");
    if (name === "update-component") return takeFirstPage(options);
    return name === "layout" || name === "dependencies" ? takeOnce(`first-${name}`) : null;
  }

  /** @param {RequestInit | undefined} options */
  function takeFirstPage(options) {
    if (!asksPage(options)) return null;
    const inputs = /** @type {{value?: string}[]} */ (JSON.parse(String(options?.body)).inputs);
    const address = inputs.map((input) => input.value || "").join("");
    const first = document.getElementById("first-page");
    const isHere = first?.dataset.address === address;
    if (first && !isHere) first.remove(); /* the person went on: what is held is the past */
    return first && isHere ? takeOnce("first-page") : null;
  }

  /** @param {string} id */
  function takeOnce(id) {
    const place = document.getElementById(id);
    const text = place?.textContent;
    place?.remove();
    return text ? new Response(text, { headers: { "Content-Type": "application/json" } }) : null;
  }

  /* ---- Every request ---- */

  /** @param {Response} answer @param {string} path @param {RequestInit | undefined} options */
  function interpret(answer, path, options) {
    const isPage = bringsPage(path, options);
    if (answer.ok && path === state.stuck && isPage) state.stuck = "";
    if (answer.status === 401) {
      signIn();
      return new Response(null, { status: 401 }); /* Dash reads it twice: only an empty one can be */
    }
    if (answer.status === 503 && isPage) state.stuck = path;
    if (answer.status >= 400) sayRefused(answer.clone());
    else hideNotice();
    return answer;
  }

  /** @param {unknown} error @param {string} path @param {RequestInit | undefined} options */
  function noteLost(error, path, options) {
    const isAborted = error instanceof Error && error.name === "AbortError";
    if (isAborted || Date.now() - state.leftAt <= LEAVING_MS) return;
    if (bringsPage(path, options)) state.stuck = path;
    sayKind("lost");
  }

  window.fetch = async (...request) => {
    const [resource, options] = request;
    const text = resource instanceof Request ? resource.url : resource;
    const address = new URL(text, window.location.href);
    const path = address.pathname;
    if (address.origin !== window.location.origin || !path.startsWith("/_")) {
      return sendRequest.apply(window, request);
    }
    const first = takeFirstAnswer(path, options);
    if (first) return first;
    try {
      return interpret(await sendRequest.apply(window, request), path, options);
    } catch (error) {
      noteLost(error, path, options);
      throw error;
    }
  };

  /* ---- Until the layout comes, Dash puts English words where the first paint was: keep that paint ---- */

  const root = document.getElementById("react-entry-point");

  /** @param {HTMLElement} place */
  function keepFirstPaint(place) {
    const paint = [...place.childNodes].map((node) => node.cloneNode(true));
    const observer = new MutationObserver(() => {
      const words = place.querySelector("._dash-loading, ._dash-error");
      if (words && words.dataset.painted === undefined) {
        words.dataset.painted = "";
        words.replaceChildren(...paint.map((node) => node.cloneNode(true)));
      }
      if (document.getElementById("frame-content")) observer.disconnect();
    });
    observer.observe(place, { childList: true, subtree: true });
  }

  if (root) keepFirstPaint(root);

  window.addEventListener("beforeunload", () => {
    state.leftAt = Date.now();
  });

  document.addEventListener("click", (event) => {
    const button = portal.closest(event, "#trouble [data-does]");
    const box = notice();
    if (!button || !box) return;
    if (button.dataset.does === "reload") window.location.reload();
    else box.hidden = true;
  });

  return { bringsPage };
})();
