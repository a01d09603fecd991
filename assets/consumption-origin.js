/* A figure of the table or of the chart leads to where it comes from. */
(function () {
  "use strict";

  /* The foot of the table is its total; any other line is named by its first day. */
  function lead(figure) {
    const query = window.location.search.replace(/^\?/, "");
    const words = query.split("&").filter((word) => word && !/^(day|episode)=/.test(word));
    const search = [...words, "chiffre=" + encodeURIComponent(figure)].join("&");
    window.history.pushState({}, "", "/consommations/origine?" + search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function figureOf(target) {
    const cell = target instanceof Element && target.closest('#consumption-table [col-id="value"]');
    const row = cell && cell.closest("[row-id]");
    return row && /\d/.test(cell.textContent) ? row.getAttribute("row-id") : null;
  }

  function total(target) {
    return Boolean(target.closest(".ag-floating-bottom"));
  }

  function follow(event) {
    const figure = figureOf(event.target);
    if (figure) {
      lead(total(event.target) ? "total" : figure);
    }
    return figure;
  }

  document.addEventListener("click", follow);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && follow(event)) {
      event.preventDefault();
    }
  });

  window.portalOrigin = lead;
})();
