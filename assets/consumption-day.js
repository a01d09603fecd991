// @ts-check
/* The detail of a day, below the chart: it shows while the view names the day. */
const consumptionDay = (() => {
  "use strict";

  const state = {
    day: /** @type {string | null} */ (null),
    isAsked: false /* somebody opened a bar: its detail takes the focus */,
    panel: /** @type {HTMLElement | null} */ (null) /* that shows it: another page has another */,
  };

  function panel() {
    return document.getElementById("consumption-day-panel");
  }

  /** Open the detail of a day, or go to it.
   * @param {string | undefined} day */
  function open(day) {
    if (day && day === state.day) {
      enterPanel();
    } else if (day) {
      state.isAsked = true;
      portal.sendPress("consumption-drill", { day });
    }
  }

  /* Below the chart, it may be out of sight. */
  function enterPanel() {
    const place = panel();
    if (!place || place.hidden) return;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  }

  /** Go back to the bar that was opened, when the focus was in what has just gone.
   * @param {string} day */
  function leavePanel(day) {
    const focused = document.activeElement;
    if (focused === document.body || panel()?.contains(focused)) consumptionChart.focusDay(day);
  }

  /** Show the detail of the day that the view names, and say it in the address; return whether none is.
   * @param {string | null} query of the view */
  function showPanel(query) {
    const left = state.panel === panel() ? state.day : null;
    const isEntered = state.isAsked;
    state.panel = panel();
    state.day = new URLSearchParams(query || "").get("day");
    state.isAsked = false;
    if (query && window.location.search !== `?${query}`) portal.setProps("frame-url", { data: `?${query}` });
    const { day } = state;
    consumptionLater.afterBars(() => {
      consumptionChart.markDay(state.day);
      if (isEntered && day) enterPanel();
      else if (left && !state.day && state.panel === panel()) leavePanel(left);
    });
    return !day;
  }

  /** Return a query without its day.
   * @param {string} query */
  function withoutDay(query) {
    return query
      .split("&")
      .filter((word) => !word.startsWith("day="))
      .join("&");
  }

  document.addEventListener("keydown", (event) => {
    const isInside = portal.closest(event, "#consumption-day-panel");
    if (isInside && event.key === "Escape" && !event.defaultPrevented) {
      document.getElementById("consumption-day-close")?.click();
    }
  });

  return { open, showPanel, withoutDay, day: () => state.day };
})();
