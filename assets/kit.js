// @ts-check
/* What the kit completes on each change of the page: ARIA of fields and grids, and what its other
   scripts, assets/kit-*.js, do for pickers and toasts. */
(() => {
  "use strict";

  const AGAIN_MS = 30;
  const fitted = new WeakSet(); /* a table drawn again in the same box is another one */

  /** Tie the label, the hint and the error of a field to its input.
   * @param {HTMLElement} field */
  function completeField(field) {
    const input = field.querySelector("input, select, textarea");
    if (!input) return;
    const label = field.querySelector("label.field-label");
    if (label instanceof HTMLLabelElement && !label.htmlFor && input.id) label.htmlFor = input.id;
    const error = field.querySelector(".field-error");
    const isWrong = Boolean(error?.textContent);
    const notes = [field.querySelector(".field-hint"), isWrong ? error : null];
    const ids = notes.flatMap((note) => (note ? [note.id] : []));
    portal.setAttribute(input, "aria-describedby", ids.length ? ids.join(" ") : null);
    portal.setAttribute(input, "aria-invalid", isWrong ? "true" : null);
  }

  /** Fit the columns of a grid before anything of it is seen (kit.css), or they would jump.
   * @param {HTMLElement} box */
  function fitGrid(box) {
    const grid = box.querySelector(".kit-grid:has(.ag-header-cell)");
    const root = grid?.querySelector(".ag-root-wrapper");
    if (!grid || !root || fitted.has(root)) return;
    try {
      const api = window.dash_ag_grid.getApi(grid.id);
      api.sizeColumnsToFit();
      kitGrid.prepare(grid, api);
    } catch {
      window.setTimeout(completeLater, AGAIN_MS); /* drawn, not ready to be spoken to */
      return;
    }
    fitted.add(root);
    box.dataset.fitted = "";
  }

  /** @param {HTMLElement} box */
  function completeGrid(box) {
    fitGrid(box);
    portal.setAttribute(box.querySelector("[role=grid], [role=treegrid]"), "aria-label", box.dataset.label ?? "");
  }

  /* Of the column of check boxes alone: the other heads may be drawn before their words. */
  function nameSelection() {
    portal.all('.kit-grid .ag-header-cell[col-id^="ag-Grid-"]').forEach((cell) => {
      if (cell.textContent?.trim()) return;
      portal.setAttribute(cell, "aria-label", portal.isFrench() ? "Sélection" : "Selection");
    });
  }

  function complete() {
    portal.all("[data-kit=field]").forEach(completeField);
    portal.all("[data-kit=grid]").forEach(completeGrid);
    portal.all("[data-kit=picker]").forEach(kitPicker.complete);
    kitToasts.complete();
    nameSelection();
  }

  const completeLater = portal.afterChanges(complete);

  /** Open the link of the cell that has the focus.
   * @param {KeyboardEvent} event */
  function openCell(event) {
    const cell = portal.closest(event, ".kit-grid .ag-cell");
    const link = cell && event.target === cell ? cell.querySelector("a, button") : null;
    if (!(link instanceof HTMLElement)) return;
    event.preventDefault();
    link.click();
  }

  /* After the keys of pickers, which are theirs alone. */
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") kitPanels.closeOpen();
    if (event.key === "Enter") openCell(event);
  });
})();
