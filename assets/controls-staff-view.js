// @ts-check
/* What the cockpit of controls shows: the control under check, the column seen on a phone, and where
   the check is scrolled. */
const deskView = (() => {
  "use strict";

  const state = {
    box: /** @type {HTMLElement | null} */ (null) /* of the check, drawn anew with each answer */,
    uid: "",
    top: 0,
    showsEnd: false /* the thread that is drawn next is shown at its end */,
  };

  function desk() {
    return document.getElementById("controls-desk");
  }

  function checkBox() {
    return document.querySelector("#controls-desk-check .desk-scroll");
  }

  /** Return what the server says of the control under check.
   * @returns {DOMStringMap} */
  function facts() {
    return checkBox()?.dataset ?? {};
  }

  /** Return the deposit whose piece is on the screen; it alone is answered about. */
  function deposit() {
    return deskPages.box()?.dataset.deposit ?? "";
  }

  /** Show one column, where a phone shows one at a time.
   * @param {string} step */
  function goToStep(step) {
    const place = desk();
    if (!place) return;
    place.dataset.step = step;
    deskPages.showPlace();
    portal.all(".desk-step").forEach((button) => {
      portal.setAttribute(button, "aria-current", button.dataset.step === step ? "step" : null);
    });
  }

  function showThreadEnd() {
    state.showsEnd = true;
  }

  /** Remember how far the check is scrolled.
   * @param {EventTarget | null} box that was scrolled */
  function rememberScroll(box) {
    if (state.box && box === state.box && state.box.dataset.uid === state.uid) state.top = state.box.scrollTop;
  }

  /** Scroll a check that was drawn anew to where it was, or to the end of its thread. */
  function restoreScroll() {
    const box = checkBox();
    if (!box) return;
    const { uid = "" } = box.dataset;
    if (state.showsEnd) box.scrollTop = box.scrollHeight;
    else if (box !== state.box || uid !== state.uid) box.scrollTop = uid === state.uid ? state.top : 0;
    state.box = box;
    state.uid = uid;
    state.top = box.scrollTop;
    if (state.showsEnd) deskMessages.box()?.scrollIntoView({ block: "nearest" }); /* on a phone the page moves */
    state.showsEnd = false;
  }

  return { desk, facts, deposit, goToStep, showThreadEnd, rememberScroll, restoreScroll };
})();
