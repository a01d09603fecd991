// @ts-check
/* Files dropped on their field, or beside it. */
(() => {
  "use strict";

  /** Return the files that were dropped, and the names of the folders.
   * @param {DataTransfer} transfer */
  function readDrop(transfer) {
    const items = [...(transfer.items || [])].filter((item) => item.kind === "file");
    if (!items.length) return { files: [...transfer.files], folders: [] };
    const files = /** @type {File[]} */ ([]);
    const folders = /** @type {string[]} */ ([]);
    items.forEach((item) => {
      const entry = item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
      const file = entry?.isDirectory ? null : item.getAsFile();
      if (entry?.isDirectory) folders.push(entry.name);
      else if (file) files.push(file);
    });
    return { files, folders };
  }

  /** @param {Element | null} except */
  function unmarkDrops(except) {
    portal.all(".drop-over").forEach((drop) => {
      if (drop !== except) drop.classList.remove("drop-over");
    });
  }

  /* Beside the field, a dropped file would replace the page, and what was chosen with it. */
  /** @param {DragEvent} event */
  function handleDrag(event) {
    const transfer = event.dataTransfer;
    if (!transfer || ![...transfer.types].includes("Files")) return;
    if (!document.querySelector("[data-kit=files]")) return;
    event.preventDefault();
    const field = portal.closest(event, "[data-kit=files]");
    const isOver = event.type !== "drop" && event.type !== "dragleave";
    const drop = isOver ? (field?.querySelector(".drop") ?? null) : null;
    transfer.dropEffect = field ? "copy" : "none";
    unmarkDrops(drop);
    drop?.classList.add("drop-over");
    if (field && event.type === "drop") {
      const { files, folders } = readDrop(transfer);
      kitFiles.choose(field, files, folders);
    }
  }

  document.addEventListener("dragenter", handleDrag);
  document.addEventListener("dragover", handleDrag);
  document.addEventListener("dragleave", handleDrag);
  document.addEventListener("drop", handleDrag);
})();
