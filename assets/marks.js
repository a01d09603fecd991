// @ts-check
/* Annotations: what is pressed on words that the server draws, and where the focus goes. */
(() => {
  "use strict";

  const DRAWN_MS = 50; /* after which what Dash has is drawn */
  const state = { opener: /** @type {HTMLElement | null} */ (null) }; /* of the form */

  /* What stays in the menu of the chart whatever its annotations become. */
  function newButton() {
    return /** @type {HTMLElement | null} */ (document.querySelector("[data-marks=new]"));
  }

  /** Give the focus to a button, to what it names as `data-back`, or to what opens the closed panel that holds it.
   * @param {HTMLElement | null} button */
  function focusOn(button) {
    const panel = button?.closest(".panel:not([data-open])");
    const back = document.getElementById(button?.dataset.back ?? "");
    const place = back ?? (panel ? document.querySelector(`[data-opens="${panel.id}"]`) : button);
    if (place instanceof HTMLElement) place.focus({ preventScroll: true });
  }

  function closeForm() {
    portal.setProps("marks-form", { children: [] });
    if (state.opener?.isConnected) focusOn(state.opener);
    state.opener = null;
  }

  /** @param {HTMLButtonElement} button */
  function openForm(button) {
    const { marks, id, day } = button.dataset;
    state.opener = button;
    portal.sendPress("marks-asked", { do: marks, id: id || "", day: day || "" });
  }

  /** @param {string} store */
  function tell(store) {
    return (/** @type {HTMLButtonElement} */ { dataset }) => {
      portal.sendPress(store, { do: dataset.marks, id: dataset.id });
    };
  }

  /** @param {HTMLButtonElement} button */
  function change(button) {
    focusOn(newButton()); /* the line goes, and its button with it */
    tell("marks-done")(button);
  }

  portal.onPress("marks", {
    close: closeForm,
    new: openForm,
    edit: openForm,
    home: tell("marks-views-done"),
    unhome: tell("marks-views-done"),
    drop: tell("marks-views-done"),
    revoke: tell("marks-links-done"),
    remove: change,
    restore: change,
  });

  document.addEventListener("keydown", (event) => {
    const isInside = portal.closest(event, "#marks-form");
    if (isInside && event.key === "Escape" && !event.defaultPrevented) closeForm();
  });

  /** Go to the first field that is wrong, else to the first one; saved, back to where it began.
   * @param {unknown} content of the form */
  function enterForm(content) {
    const form = document.getElementById("marks-form");
    if (!form || !content) return;
    const wrong = form.querySelector(".is-invalid");
    if (!wrong && form.contains(document.activeElement)) return; /* a hand was quicker: what it types goes there */
    const field = wrong ?? form.querySelector("input");
    if (field) {
      field.focus({ preventScroll: true });
      form.scrollIntoView({ block: "nearest" });
    } else if (state.opener && document.activeElement === document.body) {
      focusOn(state.opener.isConnected ? state.opener : newButton());
    }
  }

  portal.provide("marks", {
    /* To the view that opens first: in place of `/`, so that going back does not lead here again. */
    go: (/** @type {string | null} */ address) => {
      if (address && window.location.pathname === "/") {
        window.history.replaceState({}, "", address);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      }
      return "true";
    },
    enter: (/** @type {unknown} */ content) => {
      window.setTimeout(() => enterForm(content), DRAWN_MS);
    },
  });
})();
