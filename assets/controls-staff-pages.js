// @ts-check
/* The pages of a piece: drawn one after the other as they come near, at the zoom that is chosen. */
const deskPages = (() => {
  "use strict";

  /** @typedef {{uid: string, name: string, address: string, size: string, paged: boolean}} Piece */
  /** @typedef {{box: HTMLElement, deposit: string, uid: string, zoom: string, stop: AbortController}} Drawing */
  /** @typedef {{loading: string, broken: string, image: string, page: string, count: string}} Words */

  const BUSY_MS = 700;
  const BUSY_TRIES = 3;
  const SCREEN = 0.9; /* of what is seen of a piece, that a press turns */

  const state = { drawing: /** @type {Drawing | null} */ (null), zoom: "100" };

  function box() {
    return document.getElementById("controls-desk-pages");
  }

  /** Show a piece of the deposit, else its first one.
   * @param {string} uid */
  function show(uid) {
    const place = box();
    if (!place) return;
    const pieces = /** @type {Piece[]} */ (portal.parseData(place, "pieces"));
    const piece = pieces.find((other) => other.uid === uid) || pieces[0];
    if (!piece) return;
    showTools(piece);
    const { drawing, zoom } = state;
    if (drawing && drawing.box === place && drawing.uid === piece.uid && drawing.zoom === zoom) return;
    drawing?.stop.abort();
    const deposit = place.dataset.deposit ?? "";
    state.drawing = { box: place, deposit, uid: piece.uid, zoom, stop: new AbortController() };
    draw(place, piece, state.drawing);
  }

  /** @param {Piece} piece */
  function showTools(piece) {
    portal.all(".desk-file").forEach((tab) => {
      portal.setAttribute(tab, "aria-pressed", String(tab.dataset.piece === piece.uid));
    });
    portal.all(".desk-zoom").forEach((way) => {
      portal.setAttribute(way, "aria-pressed", String(way.dataset.zoom === state.zoom));
    });
    const download = document.querySelector(".desk-download");
    portal.setAttribute(download, "href", `${piece.address}?telecharger=1`);
    portal.setAttribute(download, "download", piece.name);
    writeText(".desk-size", piece.size);
  }

  /** @param {string} selector @param {string} words */
  function writeText(selector, words) {
    const place = document.querySelector(selector);
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** Show the piece again once its page is drawn anew; another deposit shows its own first piece. */
  function showAgain() {
    const { drawing } = state;
    show(drawing && drawing.deposit === deskView.deposit() ? drawing.uid : "");
  }

  /** @param {string} zoom */
  function zoomTo(zoom) {
    state.zoom = zoom;
    show(state.drawing?.uid ?? "");
  }

  /** @param {HTMLElement} place @param {Piece} piece @param {Drawing} drawing */
  async function draw(place, piece, drawing) {
    const words = /** @type {Words} */ (portal.parseData(place, "words"));
    awaitSheet(place, words.loading);
    writeText(".desk-count", "");
    try {
      const images = await (piece.paged ? drawPages : drawImage)(piece, words, drawing);
      if (state.drawing !== drawing) return;
      place.replaceChildren(...images.map(frame));
      place.style.setProperty("--zoom", `${drawing.zoom}%`);
      place.scrollTop = 0;
      drawWhenNear(place, images, drawing);
      showPlace();
      deskMarks.read(deskView.facts().uid ?? "", piece, drawing);
    } catch {
      if (state.drawing === drawing) say(place, words.broken);
    }
  }

  /** Put a page under its marks, which are placed as parts of it.
   * @param {HTMLImageElement} image */
  function frame(image) {
    const page = document.createElement("div");
    page.className = "desk-page";
    page.append(image);
    return page;
  }

  /** @param {HTMLElement} place @param {string} words */
  function say(place, words) {
    const line = document.createElement("p");
    line.className = "desk-quiet";
    line.textContent = words;
    place.replaceChildren(line);
  }

  /** Put a sheet in the place of the piece, while it is drawn.
   * @param {HTMLElement} place @param {string} words */
  function awaitSheet(place, words) {
    say(place, words);
    const sheet = document.createElement("div");
    sheet.className = "sheet-awaited";
    sheet.setAttribute("aria-busy", "true");
    place.append(sheet);
  }

  /** Fetch what the server draws; it draws few at once for one person, and is asked again.
   * @param {string} address @param {AbortSignal} signal */
  async function fetchWhenFree(address, signal) {
    for (let tries = 1; ; tries += 1) {
      const answer = await window.fetch(address, { signal });
      if (answer.ok) return answer;
      if (answer.status !== 429 || tries > BUSY_TRIES) throw new Error(String(answer.status));
      await new Promise((resolve) => window.setTimeout(resolve, BUSY_MS));
    }
  }

  /** Fill an image; return how many pages its piece has.
   * @param {HTMLImageElement} image @param {string} address @param {Drawing} drawing */
  async function fill(image, address, drawing) {
    const answer = await fetchWhenFree(address, drawing.stop.signal);
    const source = URL.createObjectURL(await answer.blob());
    image.src = source;
    await image.decode();
    URL.revokeObjectURL(source);
    return Number(answer.headers.get("X-Pages")) || 1;
  }

  /** @param {Piece} piece @param {Words} words @param {Drawing} drawing */
  async function drawImage(piece, words, drawing) {
    const image = new Image();
    image.alt = portal.fillBlanks(words.image, piece);
    await fill(image, piece.address, drawing);
    return [image];
  }

  /** Draw the first page, which says how many there are; the others come as one scrolls to them.
   * @param {Piece} piece @param {Words} words @param {Drawing} drawing */
  async function drawPages(piece, words, drawing) {
    const addressOf = (/** @type {number} */ page) => `${piece.address}/pages/${page}.png?zoom=${drawing.zoom}`;
    const alt = (/** @type {number} */ page, /** @type {number} */ pages) =>
      portal.fillBlanks(words.page, { page, pages, name: piece.name });
    const first = new Image();
    const pages = await fill(first, addressOf(1), drawing);
    first.alt = alt(1, pages);
    const images = [first];
    for (let page = 2; page <= pages; page += 1) {
      const image = new Image(first.naturalWidth, first.naturalHeight);
      image.alt = alt(page, pages);
      image.dataset.page = addressOf(page);
      image.className = "sheet-awaited";
      image.style.aspectRatio = `${first.naturalWidth} / ${first.naturalHeight}`;
      images.push(image);
    }
    return images;
  }

  /** @param {HTMLElement} place @param {HTMLImageElement[]} images @param {Drawing} drawing */
  function drawWhenNear(place, images, drawing) {
    let previous = Promise.resolve();
    const drawNext = (/** @type {HTMLImageElement} */ image) => {
      previous = previous
        .then(async () => {
          await fill(image, image.dataset.page ?? "", drawing);
        })
        .catch(() => image.classList.add("desk-lost"))
        .then(() => image.classList.remove("sheet-awaited"));
    };
    const observer = new IntersectionObserver(
      (entries) => {
        entries
          .filter((entry) => entry.isIntersecting)
          .forEach(({ target }) => {
            observer.unobserve(target);
            drawNext(/** @type {HTMLImageElement} */ (target));
          });
      },
      { root: place, rootMargin: "50%" }
    );
    images.filter((image) => image.dataset.page).forEach((image) => observer.observe(image));
  }

  /** Say which page is read, of how many. */
  function showPlace() {
    const place = box();
    if (!place) return;
    const { top, height } = place.getBoundingClientRect();
    if (!height) return; /* nothing has a place before it is seen */
    const images = portal.all("img", place);
    const line = top + height / 3;
    const passed = images.filter((image) => image.getBoundingClientRect().top <= line).length;
    const values = { page: Math.max(1, passed), pages: images.length };
    const { count } = /** @type {Words} */ (portal.parseData(place, "words"));
    writeText(".desk-count", images.length > 1 ? portal.fillBlanks(count, values) : "");
  }

  /** Turn a screen of the piece further, or back: page after page.
   * @param {number} step */
  function turn(step) {
    const place = box();
    place?.scrollBy({ top: step * place.clientHeight * SCREEN });
  }

  function showNextFile() {
    const tabs = portal.all(".desk-files .desk-file");
    const here = tabs.findIndex((tab) => tab.getAttribute("aria-pressed") === "true");
    if (tabs.length) show(tabs[(here + 1) % tabs.length].dataset.piece ?? "");
  }

  return { box, show, showAgain, zoomTo, fetchWhenFree, showPlace, turn, showNextFile };
})();
