// @ts-check
/* Contracts: the code and its time, the signature, what buttons ask, and what is read first. */
(() => {
  "use strict";

  /** @typedef {{error?: string, field?: string, dead?: boolean, uid?: string, version?: number}} Answer */

  const DRAWN_MS = 80; /* after which what Dash has is drawn */
  const FIELDS = /** @type {Record<string, string>} */ ({ code: "contracts-code", app: "contracts-app-code" });

  const state = {
    isAsking: false /* a dialog was asked for: it takes the focus */,
    isArriving: false /* the page that comes says what was done: it is read first */,
  };

  /** Focus what *find* finds, once it is drawn.
   * @param {() => HTMLElement | null | undefined} find */
  function focusOn(find) {
    window.setTimeout(() => {
      const place = find();
      if (!place) return;
      if (!place.matches("input, textarea")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }, DRAWN_MS);
  }

  /** @param {string} id @param {string | undefined} words */
  function write(id, words) {
    const place = document.getElementById(id);
    if (place) place.textContent = words ?? "";
  }

  /* ---- A page is drawn: what waits is said in the menu too, and what was just done is read first ---- */

  function completePage() {
    contractsPages.mount();
    contractsClock.mount();
    const source = document.querySelector("[data-contracts=waits]");
    if (!source || source.dataset.told === source.dataset.drawn) return;
    source.dataset.told = source.dataset.drawn;
    const place = document.querySelector('[data-counts="/contrats"]');
    if (place) place.textContent = source.dataset.count ?? "";
    if (!state.isArriving) return;
    state.isArriving = false;
    focusOn(() => document.querySelector(".drawer-body .notice-alert, .page .lead"));
  }

  portal.afterChanges(completePage, { attributes: true, attributeFilter: ["data-drawn"] });

  /* ---- Signing ---- */

  /** @param {string} id */
  function inputOf(id) {
    return /** @type {HTMLInputElement | null} */ (document.getElementById(id));
  }

  /** Say what is wrong beside its field, else above the button.
   * @param {Answer} answer */
  function blame(answer) {
    if (answer.dead) contractsClock.stop();
    Object.values(FIELDS).forEach((id) => write(`${id}-error`, ""));
    const box = portal.need(".contracts-problem");
    box.textContent = "";
    const id = FIELDS[answer.field ?? ""];
    const field = id ? inputOf(id) : null;
    if (field) {
      write(`${id}-error`, answer.error);
      field.setAttribute("aria-invalid", "true");
      field.focus();
      field.select();
    } else {
      box.textContent = answer.error ?? "";
    }
  }

  /** @param {HTMLElement} button
   * @returns {Promise<{ok: boolean, answer: Answer}>} */
  async function post(button) {
    const body = new URLSearchParams({
      code: inputOf(FIELDS.code)?.value ?? "",
      code_application: inputOf(FIELDS.app)?.value ?? "",
      vu: button.dataset.seen ?? "",
      consentement: inputOf("contracts-consent")?.checked ? "1" : "",
    });
    const answer = await fetch(`/api/contrats/${button.dataset.uid}/signature`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": portal.csrfToken() },
      body,
    });
    return { ok: answer.ok, answer: await answer.json().catch(() => ({})) };
  }

  /** Sign; a second press waits for the answer to the first: the server takes two for one anyway.
   * @param {HTMLButtonElement} button */
  async function sign(button) {
    if (button.disabled) return;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const { ok, answer } = await post(button);
      if (ok) {
        leaveFor(answer);
        return;
      }
      blame(answer.error ? answer : { error: button.dataset.lost });
    } catch {
      blame({ error: button.dataset.lost });
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }

  /** @param {Answer} signed */
  function leaveFor({ uid, version }) {
    const query = new URLSearchParams(window.location.search);
    query.delete("etape");
    query.set("contrat", String(uid));
    query.set("n", String(version));
    state.isArriving = true;
    portal.setProps("frame-location", { href: `/contrats?${query}` });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof Element)) return;
    if (!Object.values(FIELDS).includes(event.target.id)) return;
    event.preventDefault();
    const button = document.querySelector("[data-contracts=sign]");
    if (button instanceof HTMLButtonElement) sign(button);
  });

  /* ---- What buttons ask ---- */

  /** Return what was written in the fields of the dialog, by their names. */
  function readDialog() {
    const fields = portal.all("#contracts-ask [id^=contracts-said-]:is(input, textarea)");
    const pairs = fields.map((field) => [
      field.id.replace("contracts-said-", ""),
      /** @type {HTMLInputElement} */ (field).value,
    ]);
    return Object.fromEntries(pairs);
  }

  portal.onPress("contracts", {
    ask: (button) => {
      state.isAsking = true;
      portal.sendPress("contracts-asked", { act: button.dataset.act, uid: button.dataset.uid });
    },
    forget: () => {
      portal.sendPress("contracts-asked", { act: "" });
    },
    confirm: (button) => {
      const { act, uid, version } = button.dataset;
      portal.restButton(button);
      Object.assign(state, { isAsking: true, isArriving: true });
      const { search } = window.location;
      portal.sendPress("contracts-confirmed", { act, uid, version, search, ...readDialog() });
    },
    sign,
  });

  /* ---- What is read first ---- */

  function focusDialog() {
    if (!state.isAsking) return;
    state.isAsking = false;
    focusOn(() => {
      const box = "#contracts-ask";
      const place = document.querySelector(`${box} .is-invalid`) ?? document.querySelector(`${box} h2`);
      if (place) state.isArriving = false; /* asked again: nothing was done */
      return place;
    });
  }

  function focusCode() {
    focusOn(() => inputOf(FIELDS.code));
  }

  /** Show the first wrong field of a step that is not kept.
   * @param {unknown} words of the refusal */
  function focusWrong(words) {
    if (!words) return;
    focusOn(() => {
      const first = portal.all("#contracts-form .field-error").find((note) => note.textContent);
      const field = first?.closest(".field:not(.file-field)");
      return /** @type {HTMLElement | null} */ (field?.querySelector("input, textarea") ?? first);
    });
  }

  portal.provide("contracts", { focusDialog, focusCode, focusWrong });

  /* The name of a line opens its drawer. */
  portal.provideCell("ContractsOpen", ({ value }) => {
    if (!value || typeof value !== "object") return value ?? null;
    const onClick = (/** @type {any} */ event) => kitDrawer.open(value.uid, event.currentTarget);
    const look = { type: "button", className: "cell-link rights-open", onClick };
    return window.React.createElement("button", look, value.text);
  });
})();
