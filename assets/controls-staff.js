// @ts-check
/* The cockpit of controls: its presses, and what is completed here once the server has drawn it.
   What a press decides goes to the server through a Store; assets/controls-staff-*.js do each part. */
(() => {
  "use strict";

  const LOOK_MS = 15000;
  const state = {
    uid: "" /* of the control that was completed last */,
    readVersion: "" /* the control, and its version, whose reading was told last */,
  };

  portal.onPress("desk", {
    open: (button) => deskQueue.open(button.closest(".desk-line")?.dataset.uid ?? "", false),
    tick: (button) => deskSelection.toggle(button.closest(".desk-line")),
    alike: (button) => deskSelection.tickProof(button.dataset),
    untick: () => deskSelection.clear(),
    previous: () => deskQueue.move(-1),
    next: () => deskQueue.move(1),
    more: (button) => {
      portal.sendPress("controls-desk-more", { limit: Number(button.dataset.limit) });
    },
    step: (button) => deskView.goToStep(button.dataset.step ?? ""),
    talk: (button) => button.closest(".desk-talk")?.lastElementChild?.scrollIntoView({ block: "end" }),
    piece: (button) => deskPages.show(button.dataset.piece ?? ""),
    zoom: (button) => deskPages.zoomTo(button.dataset.zoom ?? ""),
    answer: deskAnswers.answer,
    mark: (button) => {
      deskView.goToStep("piece");
      deskMarks.leadTo(button.closest(".desk-point")?.dataset.point ?? "");
    },
    decide: (button) => deskDecisions.decide(button.dataset.verdict ?? "", false),
    many: (button) => deskDecisions.decide(button.dataset.verdict ?? "", true),
    confirm: (button) => {
      const box = button.closest("dialog");
      if (box) deskDialogs.confirm(box);
    },
    close: (button) => button.closest("dialog")?.close(),
    undo: deskDecisions.undo,
    side: (button) => deskMessages.turnTo(button.dataset.side ?? ""),
    unjoin: (button) => deskMessages.removeFile(Number(button.dataset.rank)),
    send: deskMessages.send,
    once: portal.restButtonAfterPress,
  });

  document.addEventListener("change", ({ target: list }) => {
    if (!(list instanceof HTMLSelectElement) || !list.matches(".desk-owner") || list.value === "") return;
    const isForTicked = list.dataset.many === "yes";
    const uids = isForTicked ? deskSelection.uids() : [deskView.facts().uid];
    portal.sendPress("controls-desk-assigned", { uids, owner: list.value });
    if (isForTicked) list.value = "";
  });

  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target instanceof HTMLTextAreaElement && target.matches(".desk-text")) {
      deskMessages.draft().text = target.value;
    }
    const box = portal.closest(event, "dialog[data-dialog]");
    if (box) deskDialogs.keepReason(box);
  });

  window.addEventListener("beforeunload", (event) => {
    const open = portal.all("dialog[data-dialog][open] textarea");
    const isAsking = open.some((text) => text instanceof HTMLTextAreaElement && text.value.trim());
    if (deskMessages.isUnsent() || isAsking) event.preventDefault();
  });

  new MutationObserver(deskDialogs.repeatMessages).observe(document.documentElement, {
    attributeFilter: ["hidden"],
    childList: true,
    subtree: true,
  });

  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target && target === deskPages.box()) deskPages.showPlace();
      else deskView.rememberScroll(target);
    },
    true
  );

  window.setInterval(deskDecisions.hideExpiredUndos, LOOK_MS);

  /* What the server drew is completed with what only this page knows. */
  function complete() {
    const { uid = "", version, unread } = deskView.facts();
    state.uid = uid;
    deskQueue.markOpen(uid);
    deskSelection.show();
    deskView.goToStep(deskView.desk()?.dataset.step ?? "queue");
    deskPages.showAgain();
    deskMarks.showPoints();
    deskMessages.showDraft();
    deskView.restoreScroll();
    portal.all("select.desk-owner").forEach((list) => {
      if (list instanceof HTMLSelectElement && list.dataset.many === "no") list.value = list.dataset.value ?? "";
    });
    if (unread === "yes" && state.readVersion !== `${uid}${version}`) {
      state.readVersion = `${uid}${version}`;
      portal.sendPress("controls-desk-read", { uid });
    }
    deskQueue.showOpen();
    deskAnswers.settle();
  }

  function completeLater() {
    window.setTimeout(complete, 0);
    return "";
  }

  /* React may draw a control after that: it is completed once it is there. */
  function completeIfOther() {
    if ((deskView.facts().uid ?? "") !== state.uid) complete();
  }

  portal.afterChanges(completeIfOther, { attributes: true, attributeFilter: ["data-uid"] });

  portal.provide("controlsDesk", {
    complete: completeLater,
    passOn: (/** @type {any} */ data) => data ?? window.dash_clientside.no_update,
    concludeDialog: deskDialogs.conclude,
  });
})();
