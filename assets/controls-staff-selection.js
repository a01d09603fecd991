// @ts-check
/* The controls that are ticked in the queue, and those that one proof covers, listed there or not. */
const deskSelection = (() => {
  "use strict";

  /** @typedef {{deposit?: string, pieces?: string}} Proof */

  const state = {
    versions: /** @type {Map<string, number>} */ (new Map()) /* by control ticked, the version seen */,
    proofs: /** @type {Map<string, Proof>} */ (new Map()) /* by control that a press on its proof ticked */,
  };

  /** @param {HTMLElement | null | undefined} line */
  function toggle(line) {
    const uid = line?.dataset.uid;
    if (!line || uid === undefined) return;
    if (!state.versions.delete(uid)) state.versions.set(uid, Number(line.dataset.version));
    show();
  }

  /** Bring the selection up to date with the lines listed: their versions, without those that left.
   * @param {Map<string, number>} versions ticked @param {Map<string, number>} listed
   * @param {{has(uid: string): boolean}} proofs
   * @returns {Map<string, number>} */
  function refresh(versions, listed, proofs) {
    const left = [...versions].filter(([uid]) => listed.has(uid) || proofs.has(uid));
    return new Map(left.map(([uid, version]) => [uid, listed.get(uid) ?? version]));
  }

  function show() {
    const listed = new Map(
      deskQueue.lines().map((line) => [line.dataset.uid ?? "", Number(line.dataset.version)])
    );
    state.versions = refresh(state.versions, listed, state.proofs);
    deskQueue.lines().forEach((line) => {
      const isTicked = state.versions.has(line.dataset.uid ?? "");
      portal.setAttribute(line.querySelector(".desk-tick"), "aria-checked", String(isTicked));
    });
    const bar = document.querySelector(".desk-many");
    if (!bar) return;
    bar.hidden = !count();
    const place = portal.need(".desk-many-count", bar);
    const hidden = [...state.versions.keys()].filter((uid) => !listed.has(uid)).length;
    const more = hidden ? portal.fillBlanks(place.dataset.hidden ?? "", { count: hidden }) : "";
    place.textContent = countWords() + more;
  }

  /** Tick all that one proof covers; they are decided where what is under check is listed.
   * @param {DOMStringMap} data of the button: `seen` as JSON, `deposit`, `pieces` */
  function tickProof({ seen, deposit, pieces }) {
    Object.entries(JSON.parse(seen ?? "{}")).forEach(([uid, version]) => {
      state.versions.set(uid, version);
      state.proofs.set(uid, { deposit, pieces });
    });
    if (document.querySelector(".desk-many [data-desk=many]")) show();
    else portal.setProps("controls-desk-state", { value: "under_check" });
    deskView.goToStep("queue");
  }

  function clear() {
    state.versions.clear();
    state.proofs.clear();
    show();
  }

  /** Forget what ticked the controls that are decided: those left stay ticked where they are listed.
   * @param {Set<string>} uids */
  function forgetProofs(uids) {
    uids.forEach((uid) => state.proofs.delete(uid));
  }

  /** Count the controls of each proof, in the order in which they come.
   * @param {Proof[]} proofs one a control */
  function countByProof(proofs) {
    const counts = /** @type {Map<string | undefined, {pieces?: string, count: number}>} */ (new Map());
    proofs.forEach(({ deposit, pieces }) => {
      counts.set(deposit, { pieces, count: (counts.get(deposit)?.count ?? 0) + 1 });
    });
    return [...counts.values()];
  }

  function listProofs() {
    return countByProof(uids().map((uid) => deskQueue.lineOf(uid)?.dataset ?? state.proofs.get(uid) ?? {}));
  }

  function countWords() {
    const { one, many } = portal.need(".desk-many-count").dataset;
    return portal.fillBlanks((count() > 1 ? many : one) ?? "", { count: count() });
  }

  function count() {
    return state.versions.size;
  }

  function uids() {
    return [...state.versions.keys()];
  }

  function versions() {
    return Object.fromEntries(state.versions);
  }

  return {
    toggle,
    refresh,
    show,
    tickProof,
    clear,
    forgetProofs,
    countByProof,
    listProofs,
    countWords,
    count,
    uids,
    versions,
  };
})();
