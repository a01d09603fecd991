/* Where a piece says what the checklist asks: boxes over its pages, numbered as its points are.
   assets/controls-staff.js draws the pages; the server reads their text. */
(function () {
  "use strict";

  const BUSY_MS = 700;
  const SIGNATURE = "signature"; /* its mark is where to look, not what was read */
  const PERIMETER = "perimeter"; /* what its marks show may be a part of what is asked */
  const DATE = "date"; /* its mark is the day, told with how far it is from the right */
  const nothing = { read: false, marks: [], lacks: [], dated: null, last: null };
  const shown = { control: "", ...nothing };

  function points() {
    return [...document.querySelectorAll(".desk-point")];
  }

  /* Read, then drawn over *one*, unless another piece is shown by then: *mine* is aborted. */
  async function read(control, one, mine) {
    Object.assign(shown, { control, ...nothing });
    tell();
    if (!one.paged || !control) return;
    try {
      const told = await asked(`/controles/${control}/pieces/${one.uid}/reperes`, mine.stop.signal);
      if (mine.stop.signal.aborted) return;
      Object.assign(shown, told);
      draw(mine.box);
      tell();
    } catch (_error) {
      /* the piece is read without them */
    }
  }

  async function asked(address, signal) {
    for (let tries = 0; ; tries += 1) {
      const answer = await window.fetch(address, { signal });
      if (answer.ok) return answer.json();
      if (answer.status !== 429 || tries > 2) throw new Error(String(answer.status));
      await new Promise((done) => window.setTimeout(done, BUSY_MS));
    }
  }

  function draw(box) {
    const pages = box.querySelectorAll(".desk-page");
    const ranks = points().map((point) => point.dataset.point);
    const numbered = new Set(); /* the first of a point on a page: the others are like it */
    shown.marks.forEach((mark) => {
      const page = pages[mark.page - 1];
      const place = mark.page + mark.point;
      const rank = numbered.has(place) ? "" : String(ranks.indexOf(mark.point) + 1);
      numbered.add(place);
      if (page) page.append(drawn(mark, rank));
    });
  }

  /* The list says in words what these boxes show. */
  function drawn(mark, rank) {
    const box = document.createElement("span");
    const number = document.createElement("span");
    box.className = mark.point === SIGNATURE ? "desk-mark desk-mark-look" : "desk-mark";
    box.dataset.point = mark.point;
    box.setAttribute("aria-hidden", "true");
    number.textContent = rank;
    [["left", mark.x], ["top", mark.y], ["width", mark.w], ["height", mark.h]].forEach(([side, share]) => {
      box.style[side] = share * 100 + "%";
    });
    if (rank) box.append(number);
    return box;
  }

  /* Each point of the list says where it is read, and leads there. */
  function tell() {
    const list = document.querySelector(".desk-points");
    const facts = document.querySelector("#controls-desk-check .desk-scroll");
    if (!list || !facts) return;
    const words = JSON.parse(list.dataset.words);
    const mine = shown.read && facts.dataset.uid === shown.control;
    points().forEach((point) => {
      const first = mine && shown.marks.find((mark) => mark.point === point.dataset.point);
      const button = point.querySelector(".desk-point-words");
      const found = point.querySelector(".desk-found");
      found.textContent = mine ? said(first, words) : "";
      found.classList.toggle("desk-partly", Boolean(first) && isPartly(first));
      button.disabled = !first;
      if (first) button.title = words.show;
      else button.removeAttribute("title");
    });
  }

  function isPartly(mark) {
    if (mark.point === DATE) return Boolean(shown.dated && shown.dated.late);
    return mark.point === PERIMETER && shown.lacks.length > 0;
  }

  function wordsOf(mark, words) {
    if (mark.point === SIGNATURE) return words.look;
    if (mark.point === DATE && shown.dated) return words.dated.replace("{dated}", shown.dated.words);
    return isPartly(mark) ? words.partly : words.read;
  }

  function said(mark, words) {
    if (!mark) return words.unread;
    const lacks = shown.lacks.map((one) => words.lacks[one]).join(", ");
    return wordsOf(mark, words).replace("{page}", mark.page).replace("{lacks}", lacks);
  }

  /* To the first mark of a point; pressed again, to the next. */
  function lead(point) {
    const marks = [...document.querySelectorAll(`.desk-mark[data-point="${point}"]`)];
    const next = marks[(marks.indexOf(shown.last) + 1) % marks.length];
    if (!next) return;
    if (shown.last) shown.last.classList.remove("desk-mark-on");
    shown.last = next;
    next.classList.add("desk-mark-on");
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  window.controlsMarks = { read, tell, lead };
})();
