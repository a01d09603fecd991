// @ts-check
/* The dialogs of decisions: why a proof is refused, and how many are accepted together. */
const deskDialogs = (() => {
  "use strict";

  /** @typedef {{seen: Record<string, number>, verdict: string, verified?: boolean}} Decision */
  /** @typedef {{motive: string, text: string}} Reason */

  const MOST_PROOFS = 8; /* named in a dialog */

  const state = {
    decision: /** @type {Decision | null} */ (null),
    /* by decision, what is written in its dialog: closed or refused, it is found again */
    reasons: /** @type {Map<string, Reason>} */ (new Map()),
    /* the dialog whose decision has no answer yet */
    waiting:
      /** @type {{box: HTMLDialogElement, before: Set<string>, decision: Decision, press: number, heard?: HTMLElement} | null} */ (
        null
      ),
  };

  /** @param {string} name */
  function dialog(name) {
    return /** @type {HTMLDialogElement} */ (portal.need(`dialog[data-dialog=${name}]`));
  }

  /** @param {Decision} decision */
  function keyOf({ verdict, seen }) {
    return verdict + Object.keys(seen).join();
  }

  /** Say in words what each proof covers, those beyond the first as a number.
   * @param {{pieces?: string, count: number}[]} proofs
   * @param {{one?: string, many?: string, more?: string}} words
   * @returns {string[]} */
  function wordProofs(proofs, words) {
    const lines = proofs.map((proof) =>
      portal.fillBlanks((proof.count > 1 ? words.many : words.one) ?? "", proof)
    );
    const more = lines.splice(MOST_PROOFS).length;
    return more ? [...lines, portal.fillBlanks(words.more ?? "", { count: more })] : lines;
  }

  /** @param {Decision} decision */
  function askTogether(decision) {
    state.decision = { ...decision, verified: true };
    const box = dialog("together");
    const list = portal.need(".desk-proofs", box);
    list.replaceChildren(
      ...wordProofs(deskSelection.listProofs(), list.dataset).map((words) => {
        const line = document.createElement("li");
        line.textContent = words;
        return line;
      })
    );
    portal.need(".desk-about", box).textContent = deskSelection.countWords();
    showProblem(box, "");
    holdButton(box, false);
    box.showModal();
    portal.need("[data-desk=confirm]", box).focus();
  }

  /** @param {Decision} decision @param {boolean} isForTicked */
  function askReason(decision, isForTicked) {
    state.decision = decision;
    const box = dialog(decision.verdict);
    const about = isForTicked ? deskSelection.countWords() : portal.need("#controls-desk-piece h2").textContent;
    portal.need(".desk-about", box).textContent = about;
    const wrong = Object.entries(deskAnswers.readButtons()).find(([, fits]) => fits === false);
    const reason = state.reasons.get(keyOf(decision));
    const list = box.querySelector("select");
    const text = box.querySelector("textarea");
    if (list) list.value = reason ? reason.motive : (!isForTicked && wrong?.[0]) || "";
    if (text) {
      text.value = reason ? reason.text : "";
      kitCount.count(text);
    }
    showProblem(box, "");
    holdButton(box, false);
    box.showModal();
    (list && !list.value ? list : text)?.focus();
  }

  /** @param {HTMLElement} box
   * @returns {Reason} */
  function readReason(box) {
    return { motive: box.querySelector("select")?.value ?? "", text: box.querySelector("textarea")?.value ?? "" };
  }

  /** @param {HTMLElement} box */
  function keepReason(box) {
    if (state.decision) state.reasons.set(keyOf(state.decision), readReason(box));
  }

  /** @param {HTMLElement} box @param {string} words */
  function showProblem(box, words) {
    portal.need(".desk-problem", box).textContent = words;
  }

  /** @param {HTMLElement} box @param {boolean} isHeld */
  function holdButton(box, isHeld) {
    const button = /** @type {HTMLButtonElement} */ (portal.need("[data-desk=confirm]", box));
    button.disabled = isHeld;
  }

  /** @param {HTMLDialogElement} box */
  function confirm(box) {
    const list = box.querySelector("select");
    const text = box.querySelector("textarea");
    if (!state.decision) return;
    if (list && !list.value) {
      showProblem(box, portal.need(".desk-problem", box).dataset.words ?? "");
      list.focus();
    } else if (text && kitCount.isOver(text)) {
      text.focus(); /* its counter says by how much */
    } else {
      showProblem(box, "");
      const before = new Set(portal.all("#frame-toasts .notice-toast").map((toast) => toast.id));
      portal.need("#trouble").hidden = true; /* what it says is of another press */
      const press = deskDecisions.send(state.decision, readReason(box));
      state.waiting = { box, before, decision: state.decision, press };
      holdButton(box, true);
    }
  }

  /** Say in the dialog what the messages of the page say while it waits: it covers them. */
  function repeatMessages() {
    const { waiting } = state;
    if (!waiting) return;
    const notice = portal.all("#frame-toasts .notice-bad").find((toast) => !waiting.before.has(toast.id));
    const trouble = portal.need("#trouble");
    const message = notice || (trouble.hidden ? null : trouble);
    if (!message || message === waiting.heard) return;
    waiting.heard = message;
    const words = portal.all(".toast-title, .toast-text", message).map((part) => part.textContent);
    showProblem(waiting.box, words.join("\u00a0: "));
    holdButton(waiting.box, false);
    deskDecisions.allowAgain(waiting.decision);
  }

  /** Close the dialog once its decision is made, or say who was first: it can decide no more.
   * @param {{n: number, lost?: string} | null} outcome */
  function conclude(outcome) {
    const { waiting } = state;
    if (!waiting || !outcome || outcome.n !== waiting.press) return;
    state.waiting = null;
    if (outcome.lost) {
      showProblem(waiting.box, outcome.lost);
      holdButton(waiting.box, true);
    } else {
      state.reasons.delete(keyOf(waiting.decision));
      waiting.box.close();
    }
  }

  return { dialog, wordProofs, askTogether, askReason, keepReason, confirm, repeatMessages, conclude };
})();
