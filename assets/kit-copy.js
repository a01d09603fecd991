// @ts-check
/* A text goes to the clipboard at a press, and what was done is said beside its button
   (`kit.copied`). */
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const button = portal.closest(event, "[data-copied]");
    const box = button?.closest(".kit-copied");
    if (!button || !box) return;
    const text = portal.need("code", box);
    const status = portal.need("[role=status]", box);
    status.textContent = ""; /* said again at each press */
    device.copyText(text, text.textContent ?? "").then(
      () => {
        status.textContent = button.dataset.copied ?? "";
      },
      () => {
        window.getSelection()?.selectAllChildren(text);
        status.textContent = button.dataset.failed ?? "";
      }
    );
  });
})();
