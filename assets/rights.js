/* The presses on what the server draws many of, and what is read first once it came. */
(function () {
  "use strict";

  /* assets/kit-drawer.js comes before this one. */
  const { put, open, awaited } = window.portalDrawer;

  function confirm(button) {
    const field = document.getElementById("rights-renew-until");
    const { act, uids, uid, mark } = button.dataset;
    button.disabled = true; /* one press is one act */
    window.setTimeout(() => (button.disabled = false), 4000);
    awaited(null);
    put("rights-confirmed", { act, uids: uids || uid, mark, ends_on: field ? field.value : "" });
  }

  /* Asked again for another day, the button is ready as soon as one is typed. */
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "rights-renew-until") return;
    document.querySelector("[data-rights=confirm][data-act=renew]").disabled = false;
  });

  function ask(button) {
    awaited(button);
    put("rights-asked", { act: button.dataset.act, uid: button.dataset.uid });
  }

  /* What the press on "check" or "send" brings is read first: it takes the focus, and is in view.
     The same message drawn again while somebody types does not. */
  let asked = false;

  function told(note) {
    if (!asked) return;
    asked = false;
    /* By what is told, not by what is seen: an older answer may stand there until this is drawn. */
    const place = note && note.length ? "rights-note" : "rights-summary";
    window.setTimeout(() => window.portalSeek(`#${place}:not(:empty)`), 50);
  }

  /* A step of the import stands where the one before was pressed, far down on a phone: what it
     says first takes the focus, and is in view. Not where one comes from elsewhere. */
  const STEPS =
    "#rights-map, #rights-confirm-import, #rights-drop-import, .rights-form-actions a," +
    " .rights-ways-on a, .kit-steps a, [data-for=rights-file] [data-does=send]";
  const FIRST = [".notice-alert", ".lead", ".kit-steps [aria-current]"];
  let moved = false;

  function stepped() {
    const nothing = window.dash_clientside.no_update;
    if (!moved) return nothing;
    moved = false;
    window.setTimeout(() => {
      const page = document.querySelector("#frame-content .page");
      const place = FIRST.map((one) => page && page.querySelector(one)).find(Boolean);
      if (!place) return;
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }, 50); /* once the step is shown */
    return nothing;
  }

  const presses = {
    ask,
    confirm,
    mend: (button) =>
      put("rights-mended", { repair: button.dataset.repair, on: Boolean(button.dataset.on) }),
    leave: (button) =>
      put("rights-mended", { reason: button.dataset.reason, on: Boolean(button.dataset.reason) }),
    edit: (button) => {
      const field = button.parentElement.querySelector("input");
      const { line, field: name } = button.dataset;
      put("rights-mended", { line: Number(line), field: name, text: field.value });
    },
    undo: () => put("rights-undo", {}),
    answer: (button) => {
      button.disabled = true; /* one press is one answer */
      window.setTimeout(() => (button.disabled = false), 4000);
      put("rights-held", { act: button.dataset.act, uids: button.dataset.uids });
    },
    drop: (button) => put("rights-drop-view", { id: Number(button.dataset.id) }),
    once: (button) =>
      window.setTimeout(() => {
        button.disabled = true;
        window.setTimeout(() => (button.disabled = false), 4000);
      }, 0) /* after Dash heard the press */,
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    asked = Boolean(event.target.closest("#rights-check, #rights-send")) || asked;
    moved = Boolean(event.target.closest(STEPS)) || moved;
    const button = event.target.closest("[data-rights]");
    const act = button && presses[button.dataset.rights];
    if (act) act(button);
  });

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* The name of a line opens its drawer: a button, for nothing is left for another page. */
  parts.RightsOpen = function RightsOpen(props) {
    const value = props.value;
    if (!value || typeof value !== "object") return value ?? null;
    const onClick = (event) => open(value.uid, event.currentTarget);
    const look = { type: "button", className: "cell-link rights-open", "aria-label": value.label, onClick };
    return window.React.createElement("button", look, value.text);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, { rights: { told, stepped } });
})();
