// @ts-check
/* A figure of the table or of the chart leads to where it comes from. */
const consumptionOrigin = (() => {
  "use strict";

  /** Return the address of where a figure comes from: the view, without what is open in it.
   * @param {string} search of the view @param {string} figure its total, or the first day of its line */
  function addressOf(search, figure) {
    const words = search
      .replace(/^\?/, "")
      .split("&")
      .filter((word) => word && !/^(day|episode)=/.test(word));
    return `/consommations/origine?${[...words, `chiffre=${encodeURIComponent(figure)}`].join("&")}`;
  }

  /** @param {string} figure */
  function open(figure) {
    portal.goTo(addressOf(window.location.search, figure));
  }

  /** Return the figure that an event is about, as its row is named; the foot of the table is its total.
   * @param {Event} event */
  function figureOf(event) {
    const cell = portal.closest(event, '#consumption-table [col-id="value"]');
    const row = cell?.closest("[row-id]");
    if (!row || !/\d/.test(cell?.textContent ?? "")) return null;
    return portal.closest(event, ".ag-floating-bottom") ? "total" : row.getAttribute("row-id");
  }

  /** @param {Event} event */
  function follow(event) {
    const figure = figureOf(event);
    if (figure) open(figure);
    return Boolean(figure);
  }

  document.addEventListener("click", follow);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && follow(event)) event.preventDefault();
  });

  return { addressOf, open };
})();
