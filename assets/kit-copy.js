/* A text goes to the clipboard at a press, and what was done is said beside its button
   (`kit.copied`). */
(function () {
  "use strict";

  function select(text) {
    window.getSelection().selectAllChildren(text);
  }

  /* By the clipboard's API, or as a selection where the address is not a safe one. */
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text.textContent);
    select(text);
    if (!document.execCommand("copy")) throw new Error("not copied");
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copied]");
    if (!button) return;
    const box = button.closest(".kit-copied");
    const [text, said] = ["code", "[role=status]"].map((what) => box.querySelector(what));
    said.textContent = ""; /* said again at each press */
    copy(text).then(
      () => (said.textContent = button.dataset.copied),
      () => {
        select(text);
        said.textContent = button.dataset.failed;
      }
    );
  });
})();
