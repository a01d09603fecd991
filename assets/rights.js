// @ts-check
/* The presses on what the server draws many of, and what is read first once it came. */
(() => {
  "use strict";

  const DRAWN_MS = 50; /* after which what Dash has is drawn */
  /* A step of the import stands where the one before was pressed, far down on a phone: what it
     says first takes the focus, and is in view. Not where one comes from elsewhere. */
  const STEPS =
    "#rights-map, #rights-confirm-import, #rights-drop-import, .rights-form-actions a," +
    " .rights-ways-on a, .kit-steps a, [data-for=rights-file] [data-does=send]";
  const FIRST = [".notice-alert", ".lead", ".kit-steps [aria-current]"];

  const state = { isChecking: false, isStepping: false }; /* what a press just asked for */

  function endField() {
    return /** @type {HTMLInputElement | null} */ (document.getElementById("rights-renew-until"));
  }

  portal.onPress("rights", {
    ask: (button) => {
      kitDrawer.expect(button);
      portal.sendPress("rights-asked", { act: button.dataset.act, uid: button.dataset.uid });
    },
    confirm: (button) => {
      const { act, uids, uid, mark } = button.dataset;
      portal.restButton(button);
      kitDrawer.expect(null);
      portal.sendPress("rights-confirmed", { act, uids: uids || uid, mark, ends_on: endField()?.value ?? "" });
    },
    mend: ({ dataset }) => {
      portal.sendPress("rights-mended", { repair: dataset.repair, on: Boolean(dataset.on) });
    },
    leave: ({ dataset }) => {
      portal.sendPress("rights-mended", { reason: dataset.reason, on: Boolean(dataset.reason) });
    },
    edit: (button) => {
      const { line, field } = button.dataset;
      const text = button.parentElement?.querySelector("input")?.value;
      portal.sendPress("rights-mended", { line: Number(line), field, text });
    },
    undo: () => {
      portal.sendPress("rights-undo", {});
    },
    answer: (button) => {
      portal.restButton(button);
      portal.sendPress("rights-held", { act: button.dataset.act, uids: button.dataset.uids });
    },
    drop: (button) => {
      portal.sendPress("rights-drop-view", { id: Number(button.dataset.id) });
    },
    once: portal.restButtonAfterPress,
  });

  document.addEventListener("click", (event) => {
    if (portal.closest(event, "#rights-check, #rights-send")) state.isChecking = true;
    if (portal.closest(event, STEPS)) state.isStepping = true;
  });

  /* Asked again for another day, the button is ready as soon as one is typed. */
  document.addEventListener("input", ({ target }) => {
    const button = document.querySelector("[data-rights=confirm][data-act=renew]");
    if (target && target === endField() && button instanceof HTMLButtonElement) button.disabled = false;
  });

  /** Lead to what the press on "check" or "send" brought, which is read first; the same message drawn again
   * while somebody types does not.
   * @param {ArrayLike<unknown> | null} note */
  function showAnswer(note) {
    if (!state.isChecking) return;
    state.isChecking = false;
    /* By what is told, not by what is seen: an older answer may stand there until this is drawn. */
    const place = note?.length ? "rights-note" : "rights-summary";
    window.setTimeout(() => kitSeek.seek(`#${place}:not(:empty)`), DRAWN_MS);
  }

  function showStep() {
    if (state.isStepping) window.setTimeout(focusStep, DRAWN_MS);
    state.isStepping = false;
    return window.dash_clientside.no_update;
  }

  function focusStep() {
    const page = document.querySelector("#frame-content .page");
    const place = FIRST.map((selector) => page?.querySelector(selector)).find(Boolean);
    if (!place) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  }

  /* The name of a line opens its drawer: a button, for nothing is left for another page. */
  portal.provideCell("RightsOpen", ({ value }) => {
    if (!value || typeof value !== "object") return value ?? null;
    const onClick = (/** @type {any} */ event) => kitDrawer.open(value.uid, event.currentTarget);
    const look = { type: "button", className: "cell-link rights-open", "aria-label": value.label, onClick };
    return window.React.createElement("button", look, value.text);
  });

  portal.provide("rights", { showAnswer, showStep });
})();
