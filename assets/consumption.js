// @ts-check
/* The page of consumption: the words over its chart, the panels of its bar, its tab.
   assets/consumption-*.js do the chart, the detail of a day and what comes after the bars. */
const consumption = (() => {
  "use strict";

  /* A choice made by pointer closes its panel; arrow keys go on choosing, free dates are to be typed. */
  document.addEventListener("click", (event) => {
    const label = portal.closest(event, ".bar-panel label.segment");
    const input = label instanceof HTMLLabelElement ? label.control : null;
    if (!event.isTrusted || !(input instanceof HTMLInputElement)) return;
    if (input.type === "radio" && input.value !== "free") setTimeout(kitPanels.closeOpen);
  });

  /* The list of sites is walked through from the chart: buttons, and the keys of their hints. */
  document.addEventListener("click", (event) => {
    const turn = portal.closest(event, "[data-turns]");
    if (turn && !turn.closest("a")) portal.sendPress("consumption-turn", { by: Number(turn.dataset.turns) });
  });

  document.addEventListener("keydown", (event) => {
    const button = document.querySelector(`[data-turns="${turnOf(event)}"]`);
    if (!button || event.defaultPrevented || portal.isTyping(event) || !portal.hasLetters()) return;
    event.preventDefault();
    button.click();
  });

  /** Return the way that a key turns: 1 to the next site, -1 to the previous one, 0 nowhere.
   * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event */
  function turnOf({ key, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey) return 0;
    return { j: 1, k: -1 }[key.toLowerCase()] ?? 0;
  }

  /** Make the node that a component without any life of its own stands for.
   * @param {{type: string, props: Record<string, any>} | string | number | null | undefined} piece
   * @returns {Node} */
  function makeNode(piece) {
    if (piece === null || typeof piece !== "object") return document.createTextNode(String(piece ?? ""));
    const { children, className, style, ...others } = piece.props;
    const element = document.createElement(piece.type);
    element.className = className || "";
    Object.assign(element.style, style);
    Object.entries(others).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...[children].flat().map(makeNode));
    return element;
  }

  /** Write the words over the chart: a hundred of them, that nothing else reads or writes.
   * @param {any[] | null} pieces @param {any[] | null} first those of the page as it came */
  function writeOver(pieces, first) {
    const place = document.getElementById("consumption-over");
    place?.replaceChildren(...(pieces || first || []).map(makeNode));
    consumptionLater.afterBars(() => consumptionChart.markDay(consumptionDay.day()));
    return "true";
  }

  /** Put another name between the page and the operator: `Consommations · Lycée · Réseau Gaz`.
   * @param {string} title @param {string} name */
  function nameTitle(title, name) {
    const words = title.split(" · ");
    return [words[0], name, words[words.length - 1]].join(" · ");
  }

  portal.provide("consumption", {
    writeOver,
    putLater: consumptionLater.putLater,
    putTable: consumptionLater.putTable,
    placeWindow: consumptionOverview.placeWindow,
    showPanel: consumptionDay.showPanel,
    closeDay: (/** @type {number} */ clicks, /** @type {string} */ query) =>
      clicks ? consumptionDay.withoutDay(query) : window.dash_clientside.no_update,
    nameTab: (/** @type {string} */ name) => {
      document.title = nameTitle(document.title, name);
    },
  });

  return { nameTitle, turnOf };
})();
