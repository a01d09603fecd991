// @ts-check
/* The time that a code has left, second by second. */
const contractsClock = (() => {
  "use strict";

  /** Say how long is left.
   * @param {number} seconds @param {{words?: string, over?: string}} words */
  function describe(seconds, words) {
    if (seconds <= 0) return words.over ?? "";
    const left = `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
    return portal.fillBlanks(words.words ?? "", { left });
  }

  function tick() {
    portal.all("[data-contracts=left][data-ends]").forEach((place) => {
      const seconds = Math.ceil((Number(place.dataset.ends) - performance.now()) / 1000);
      const words = describe(seconds, place.dataset);
      if (place.textContent !== words) place.textContent = words;
    });
  }

  function mount() {
    portal.all("[data-contracts=left]:not([data-ends])").forEach((place) => {
      place.dataset.ends = String(performance.now() + Number(place.dataset.seconds) * 1000);
      tick();
    });
  }

  /** Stop the time of the code on the screen, which serves no more. */
  function stop() {
    portal.all("[data-contracts=left]").forEach((place) => {
      if (Number(place.dataset.ends) > performance.now()) place.dataset.over = place.dataset.dead;
      place.dataset.ends = "0";
    });
    tick();
  }

  window.setInterval(tick, 1000);

  return { describe, mount, stop };
})();
