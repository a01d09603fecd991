// @ts-check
/* Where a piece says what the checklist asks: boxes over its pages, numbered as its points are.
   assets/controls-staff-pages.js draws the pages; the server reads their text. */
const deskMarks = (() => {
  "use strict";

  /** @typedef {{page: number, point: string, x: number, y: number, w: number, h: number}} Mark */
  /** @typedef {{late: boolean, words: string}} DateFound the day, with how far it is from the right one */
  /** @typedef {{marks: Mark[], lacks: string[], dated: DateFound | null}} Reading */
  /** @typedef {Record<"show" | "look" | "dated" | "partly" | "read" | "unread", string> & {lacks: Record<string, string>}} Words */

  const SIGNATURE = "signature"; /* its mark is where to look, not what was read */
  const PERIMETER = "perimeter"; /* what its marks show may be a part of what is asked */
  const DATE = "date";

  const state = {
    control: "",
    reading: /** @type {Reading | null} */ (null),
    last: /** @type {HTMLElement | null} */ (null) /* the mark that was led to */,
  };

  function points() {
    return portal.all(".desk-point");
  }

  /** Read the marks of a piece and draw them, unless another piece is shown by then.
   * @param {string} control
   * @param {{uid: string, paged: boolean}} piece
   * @param {{box: HTMLElement, stop: AbortController}} drawing */
  async function read(control, piece, drawing) {
    Object.assign(state, { control, reading: null, last: null });
    showPoints();
    if (!piece.paged || !control) return;
    const { signal } = drawing.stop;
    try {
      const answer = await deskPages.fetchWhenFree(`/controles/${control}/pieces/${piece.uid}/reperes`, signal);
      const reading = await answer.json();
      if (signal.aborted) return;
      state.reading = reading.read ? reading : null;
      draw(drawing.box, reading.marks ?? []);
      showPoints();
    } catch {
      /* the piece is read without them */
    }
  }

  /** Give the first mark of each point on a page its rank, and the others, which are like it, none.
   * @param {Mark[]} marks @param {string[]} order of the points
   * @returns {{mark: Mark, rank: string}[]} */
  function numberMarks(marks, order) {
    const numbered = new Set();
    return marks.map((mark) => {
      const place = mark.page + mark.point;
      const rank = numbered.has(place) ? "" : String(order.indexOf(mark.point) + 1);
      numbered.add(place);
      return { mark, rank };
    });
  }

  /** @param {HTMLElement} box @param {Mark[]} marks */
  function draw(box, marks) {
    const pages = box.querySelectorAll(".desk-page");
    const order = points().map((point) => point.dataset.point ?? "");
    numberMarks(marks, order).forEach(({ mark, rank }) => {
      pages[mark.page - 1]?.append(drawMark(mark, rank));
    });
  }

  /** Draw a box; the list says in words what it shows.
   * @param {Mark} mark @param {string} rank */
  function drawMark(mark, rank) {
    const box = document.createElement("span");
    box.className = mark.point === SIGNATURE ? "desk-mark desk-mark-look" : "desk-mark";
    box.dataset.point = mark.point;
    box.setAttribute("aria-hidden", "true");
    const { x, y, w, h } = mark;
    Object.entries({ left: x, top: y, width: w, height: h }).forEach(([side, share]) => {
      box.style.setProperty(side, `${share * 100}%`);
    });
    if (rank) {
      const number = document.createElement("span");
      number.textContent = rank;
      box.append(number);
    }
    return box;
  }

  /** Have each point of the list say where it is read, and lead there. */
  function showPoints() {
    const list = document.querySelector(".desk-points");
    if (!list) return;
    const words = /** @type {Words} */ (portal.parseData(list, "words"));
    const reading = deskView.facts().uid === state.control ? state.reading : null;
    points().forEach((point) => {
      const first = reading?.marks.find((mark) => mark.point === point.dataset.point);
      const button = /** @type {HTMLButtonElement} */ (portal.need(".desk-point-words", point));
      const place = portal.need(".desk-found", point);
      place.textContent = reading ? describe(first, reading, words) : "";
      place.classList.toggle("desk-partly", Boolean(reading && first && isPartly(first, reading)));
      button.disabled = !first;
      portal.setAttribute(button, "title", first ? words.show : null);
    });
  }

  /** @param {Mark} mark @param {Reading} reading */
  function isPartly(mark, reading) {
    if (mark.point === DATE) return Boolean(reading.dated?.late);
    return mark.point === PERIMETER && reading.lacks.length > 0;
  }

  /** @param {Mark} mark @param {Reading} reading @param {Words} words */
  function sentenceFor(mark, reading, words) {
    if (mark.point === SIGNATURE) return words.look;
    if (mark.point === DATE && reading.dated) return words.dated.replace("{dated}", reading.dated.words);
    return isPartly(mark, reading) ? words.partly : words.read;
  }

  /** Say where a point is read in the piece, or that it is not.
   * @param {Mark | undefined} mark the first of the point
   * @param {Reading} reading @param {Words} words */
  function describe(mark, reading, words) {
    if (!mark) return words.unread;
    const lacks = reading.lacks.map((name) => words.lacks[name]).join(", ");
    return portal.fillBlanks(sentenceFor(mark, reading, words), { page: mark.page, lacks });
  }

  /** Go to the first mark of a point; pressed again, to the next.
   * @param {string} point */
  function leadTo(point) {
    const marks = portal.all(`.desk-mark[data-point="${point}"]`);
    const next = marks[(state.last ? marks.indexOf(state.last) + 1 : 0) % marks.length];
    if (!next) return;
    state.last?.classList.remove("desk-mark-on");
    state.last = next;
    next.classList.add("desk-mark-on");
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  return { read, numberMarks, showPoints, describe, leadTo };
})();
