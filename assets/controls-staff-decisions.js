// @ts-check
/* Decisions on proofs: what is open, or what is ticked; each is sent once, and leads to the next. */
const deskDecisions = (() => {
  "use strict";

  /** @typedef {Record<string, number>} Versions by control, the version that was seen */
  /** @typedef {{seen: Versions, verdict: string, verified?: boolean}} Decision */

  const RESEND_MS = 4000;
  const state = { sent: /** @type {Set<string>} */ (new Set()) }; /* one press is one decision */

  /** Decide what is open, or all that is ticked; a dialog asks first what must be said or confirmed.
   * @param {string} verdict @param {boolean} isForTicked */
  function decide(verdict, isForTicked) {
    const facts = deskView.facts();
    if (!isForTicked && !isDecidable()) return;
    const versions = isForTicked ? deskSelection.versions() : { [facts.uid ?? ""]: Number(facts.version) };
    if (!Object.keys(versions).length) return;
    const decision = { seen: versions, verdict };
    const answers = isForTicked ? [] : Object.values(deskAnswers.current());
    if (verdict === "accept" && answers.includes(null)) leadToUnanswered();
    else if (verdict === "accept" && !isForTicked && !deskAnswers.isKnown()) deskAnswers.decideOnceKnown(verdict);
    else if (verdict !== "accept" || answers.includes(false)) deskDialogs.askReason(decision, isForTicked);
    else if (isForTicked) deskDialogs.askTogether(decision);
    else send(decision, { motive: "", text: "" });
  }

  /* Not while the piece and its check are on their way. */
  function isDecidable() {
    const isThere = document.querySelector(".desk-foot [data-desk=decide]");
    return Boolean(isThere) && deskView.deposit() === deskView.facts().deposit;
  }

  /** Decide what is ticked together, after a dialog that says how many; else what is open.
   * @param {string} verdict */
  function decideAll(verdict) {
    const isOffered = Boolean(document.querySelector(".desk-many [data-desk=many]"));
    decide(verdict, isOffered && deskSelection.count() > 0);
  }

  /** Go to the first point without an answer: a proof is accepted once each has its own. */
  function leadToUnanswered() {
    const point = portal
      .all(".desk-point")
      .find((other) => !other.querySelector(".desk-answer[aria-pressed=true]"));
    deskView.goToStep("check");
    portal.need(".desk-left").classList.add("desk-stops");
    point?.querySelector(".desk-answer")?.focus();
    point?.scrollIntoView({ block: "nearest" });
  }

  /** Send a decision, and say which line opens next; return the number of the press, 0 when it was sent already.
   * @param {Decision} decision @param {{motive: string, text: string}} reason */
  function send(decision, reason) {
    const decided = new Set(Object.keys(decision.seen));
    deskSelection.forgetProofs(decided);
    const key = JSON.stringify(decision.seen);
    if (state.sent.has(key)) return 0;
    state.sent.add(key);
    window.setTimeout(() => state.sent.delete(key), RESEND_MS);
    const { uid = "" } = deskView.facts();
    const here = decided.has(uid) ? "" : uid;
    const next = here || deskQueue.neighbour(1, decided) || deskQueue.neighbour(-1, decided);
    deskQueue.focusNextDrawn();
    return portal.sendPress("controls-desk-decided", { ...decision, ...reason, next });
  }

  /** Let a decision that was refused be sent again.
   * @param {Decision} decision */
  function allowAgain(decision) {
    state.sent.delete(JSON.stringify(decision.seen));
  }

  /** @param {HTMLButtonElement} button */
  function undo(button) {
    portal.restButton(button);
    deskQueue.focusNextDrawn();
    portal.sendPress("controls-desk-undone", { uids: button.dataset.uids });
  }

  function hideExpiredUndos() {
    portal.all(".desk-undo[data-until]").forEach((line) => {
      line.hidden = Date.parse(line.dataset.until ?? "") < Date.now();
    });
  }

  return { decide, decideAll, send, allowAgain, undo, hideExpiredUndos };
})();
