/* The digest of an export goes to the clipboard. */
(function () {
  "use strict";

  /* Its text by the clipboard's API, or selected where the address is not a safe one. */
  function copy(element) {
    if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
    window.getSelection().selectAllChildren(element);
    return Promise.resolve(document.execCommand("copy"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-exports=copy]");
    const digest = document.getElementById("exports-sha256");
    if (!button || !digest) return;
    copy(digest).then(() => {
      const told = document.querySelector("[data-exports=copied]");
      if (told) told.textContent = button.dataset.done;
      button.lastElementChild.textContent = button.dataset.done;
    });
  });
})();
