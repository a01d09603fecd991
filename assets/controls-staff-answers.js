// @ts-check
/* The answers to the points of a check: given here at once, and sent until the server knows them. */
const deskAnswers = (() => {
  "use strict";

  /** @typedef {Record<string, boolean | null>} Answers by point: fits, does not, or unanswered */

  const RESEND_MS = 4000;
  const LOST_MS = 20000; /* after which an answer is taken to be lost on the way */
  const LOOK_MS = 700;

  const state = {
    /* the last answers given here, of which control and deposit, and when */
    given: { uid: "", deposit: "", answers: /** @type {Answers} */ ({}), at: 0 },
    /* those on their way to the server, and since when */
    inFlight: { key: "", answers: "", at: 0 },
    timer: 0,
    /* the decision that waits until the server knows them */
    decision: /** @type {{uid?: string, deposit?: string, verdict: string} | null} */ (null),
  };

  /** Write answers as the server writes those that it knows.
   * @param {Answers} answers */
  function serialize(answers) {
    return JSON.stringify(Object.fromEntries(Object.entries(answers).filter(([, fits]) => fits !== null)));
  }

  /** Answer a point; the same answer once more takes it back.
   * @param {Answers} answers @param {string} point @param {boolean} fits
   * @returns {Answers} */
  function toggle(answers, point, fits) {
    return { ...answers, [point]: answers[point] === fits ? null : fits };
  }

  /** Return what the buttons show.
   * @returns {Answers} */
  function readButtons() {
    const pairs = portal.all(".desk-point").map((point) => {
      const pressed = point.querySelector(".desk-answer[aria-pressed=true]");
      return [point.dataset.point ?? "", pressed ? pressed.dataset.fits === "yes" : null];
    });
    return Object.fromEntries(pairs);
  }

  /** Tell whether something is about what the check asks: of another deposit, it is void.
   * @param {{uid?: string, deposit?: string}} about */
  function isForCheck(about) {
    const facts = deskView.facts();
    return about.uid === facts.uid && about.deposit === facts.deposit;
  }

  function isRecent() {
    return isForCheck(state.given) && Date.now() - state.given.at < LOST_MS;
  }

  /* What was answered here goes before what is drawn, which may be of an earlier press. */
  function current() {
    return isRecent() ? state.given.answers : readButtons();
  }

  function isKnown() {
    return deskView.facts().answers === serialize(current());
  }

  function key() {
    return state.given.uid + state.given.deposit;
  }

  function isInFlight() {
    return state.inFlight.key === key() && Date.now() - state.inFlight.at < RESEND_MS;
  }

  /** Answer by a button of a point.
   * @param {HTMLElement} button */
  function answer(button) {
    const point = button.closest(".desk-point")?.dataset.point ?? "";
    give(toggle(current(), point, button.dataset.fits === "yes"));
  }

  /** Go from yes to no to unanswered: what a figure of the keyboard does.
   * @param {number} rank of the point, from 1 */
  function cycle(rank) {
    const point = portal.all(".desk-point")[rank - 1];
    if (!point) return;
    const [yes, no] = portal.all(".desk-answer", point);
    const isAnswered = typeof current()[point.dataset.point ?? ""] === "boolean";
    if (yes) answer(isAnswered ? no : yes);
  }

  /** @param {Answers} answers */
  function give(answers) {
    const { uid = "" } = deskView.facts();
    state.given = { uid, deposit: deskView.deposit(), answers, at: Date.now() };
    pressButtons();
    if (!isInFlight()) send();
    lookLater();
  }

  function pressButtons() {
    portal.all(".desk-point").forEach((point) => {
      const fits = state.given.answers[point.dataset.point ?? ""];
      portal.all(".desk-answer", point).forEach((button) => {
        const isPressed = typeof fits === "boolean" && fits === (button.dataset.fits === "yes");
        portal.setAttribute(button, "aria-pressed", String(isPressed));
      });
    });
  }

  /* Until they are known: a draw may come before what it draws, and answers get lost on the way. */
  function lookLater() {
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(settle, LOOK_MS);
  }

  /* One at a time: of two on their way at once, the older could be written last. */
  function send() {
    const { uid, deposit, answers } = state.given;
    state.inFlight = { key: key(), answers: serialize(answers), at: Date.now() };
    portal.sendPress("controls-desk-answered", { uid, deposit, answers });
  }

  /** Keep on the screen what was answered since the server drew it, and send it again if it got lost;
   * then decide what waited for it. */
  function settle() {
    if (isRecent()) {
      pressButtons();
      if (deskView.facts().answers === state.inFlight.answers) {
        state.inFlight = { key: "", answers: "", at: 0 };
      }
      if (!isKnown()) {
        if (!isInFlight()) send();
        lookLater();
        return;
      }
    }
    const { decision } = state;
    state.decision = null;
    if (decision && isForCheck(decision)) deskDecisions.decide(decision.verdict, false);
  }

  /** Decide as soon as the server knows the answers.
   * @param {string} verdict */
  function decideOnceKnown(verdict) {
    const { uid, deposit } = deskView.facts();
    state.decision = { uid, deposit, verdict };
    if (!isRecent()) give(readButtons());
  }

  return { serialize, toggle, readButtons, current, isKnown, answer, cycle, settle, decideOnceKnown };
})();
