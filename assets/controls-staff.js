/* The cockpit of controls: lines opened and ticked, pages of a piece, answers, decisions, messages,
   and the keyboard for all of it. What a press decides goes to the server through a Store. */
(function () {
  "use strict";

  const AGAIN_MS = 4000;
  const KNOWN_MS = 20000; /* after which an answer is taken to be lost on the way */
  const LOOK_MS = 15000;
  const BUSY_MS = 700;
  const PAGE = 0.9; /* of what is seen of a piece, that a press turns */
  const MOST_PROOFS = 8; /* named in a dialog */
  const LETTERS = "portal-controls-letters";
  const chosen = new Map(); /* uid → version of the lines ticked */
  const drafts = new Map(); /* uid → {text, side, files} of what is being written */
  const rulings = new Map(); /* by decision → {motive, text} of what is being written in its dialog */
  const sent = new Set(); /* what was just decided: one press is one decision */
  const kin = new Map(); /* uid → {deposit, pieces} of what a press chose, be it listed or not */
  let pressed = 0;
  let wanted = false; /* the line that opens takes the focus */
  let written = false; /* the thread that is drawn next is shown at its end */
  let at = { box: null, uid: "", top: 0 }; /* where the check is scrolled: it is drawn anew with each answer */
  let read = "";
  let piece = null; /* {box, deposit, uid, zoom}: what the pages show */
  let mine = { uid: "", deposit: "", said: {}, at: 0 }; /* the last answers given here, and when */
  let flying = { left: 0, deposit: "", said: "" }; /* the answers on their way to the server, and since when */
  let looking = 0;
  let after = null; /* what waits until the server knows them */
  let asking = null; /* what the open dialog decides */
  let waiting = null; /* {box, before, asked, n, heard}: the dialog whose decision has no answer yet */
  let zoom = "100";

  function desk() {
    return document.getElementById("controls-desk");
  }

  function put(id, data) {
    pressed += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: pressed } });
    return pressed;
  }

  function all(selector, root) {
    return [...(root || document).querySelectorAll(selector)];
  }

  function facts() {
    const box = document.querySelector("#controls-desk-check .desk-scroll");
    return box ? box.dataset : {};
  }

  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
  }

  function set(element, name, value) {
    if (!element) return;
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  /* ---- The queue ---- */

  function lines() {
    return all("#controls-desk-queue .desk-line");
  }

  function lineOf(uid) {
    return lines().find((line) => line.dataset.uid === uid);
  }

  function mark(uid) {
    lines().forEach((line) => {
      set(line.querySelector(".desk-open"), "aria-current", line.dataset.uid === uid ? "true" : null);
    });
  }

  function open(uid, focus) {
    wanted = focus;
    mark(uid);
    goTo("piece");
    put("controls-desk-opened", { uid });
  }

  /* The line after (or before) the one shown, that is not among *gone*. */
  function neighbour(step, gone) {
    const left = lines();
    const here = left.findIndex((line) => line.dataset.uid === facts().uid);
    const after = step > 0 ? left.slice(here + 1) : left.slice(0, Math.max(here, 0)).reverse();
    const found = after.find((line) => !gone.has(line.dataset.uid));
    return found ? found.dataset.uid : "";
  }

  function move(step) {
    const uid = neighbour(step, new Set());
    if (uid) open(uid, true);
  }

  function tick(line) {
    if (!line) return;
    if (!chosen.delete(line.dataset.uid)) chosen.set(line.dataset.uid, Number(line.dataset.version));
    showTicks();
  }

  function showTicks() {
    const here = new Map(lines().map((line) => [line.dataset.uid, Number(line.dataset.version)]));
    [...chosen.keys()].forEach((uid) => {
      if (here.has(uid)) chosen.set(uid, here.get(uid));
      else if (!kin.has(uid)) chosen.delete(uid);
    });
    lines().forEach((line) => {
      const on = chosen.has(line.dataset.uid);
      set(line.querySelector(".desk-tick"), "aria-checked", on ? "true" : "false");
    });
    const bar = document.querySelector(".desk-many");
    if (!bar) return;
    bar.hidden = !chosen.size;
    const count = bar.querySelector(".desk-many-count");
    const hidden = [...chosen.keys()].filter((uid) => !here.has(uid)).length;
    count.textContent = manyWords(count) + (hidden ? filled(count.dataset.hidden, { count: hidden }) : "");
  }

  /* All that one proof covers; they are told of where they may be decided. */
  function chooseAlike({ seen, deposit, pieces }) {
    Object.entries(JSON.parse(seen)).forEach(([uid, version]) => {
      chosen.set(uid, version);
      kin.set(uid, { deposit, pieces });
    });
    if (document.querySelector(".desk-many [data-desk=many]")) showTicks();
    else window.dash_clientside.set_props("controls-desk-state", { value: "under_check" });
    goTo("queue");
  }

  function unchoose() {
    chosen.clear();
    kin.clear();
  }

  function manyWords(count) {
    return filled(chosen.size > 1 ? count.dataset.many : count.dataset.one, { count: chosen.size });
  }

  /* ---- On a phone, one column at a time ---- */

  function goTo(step) {
    if (!desk()) return;
    desk().dataset.step = step;
    if (pagesBox()) counted(pagesBox()); /* nothing has a place before it is seen */
    all(".desk-step").forEach((button) => {
      set(button, "aria-current", button.dataset.step === step ? "step" : null);
    });
  }

  /* ---- The pages of a piece ---- */

  function pagesBox() {
    return document.getElementById("controls-desk-pages");
  }

  function show(uid) {
    const box = pagesBox();
    if (!box) return;
    const known = JSON.parse(box.dataset.pieces);
    const one = known.find((other) => other.uid === uid) || known[0];
    if (!one) return;
    all(".desk-file").forEach((tab) => {
      set(tab, "aria-pressed", tab.dataset.piece === one.uid ? "true" : "false");
    });
    all(".desk-zoom").forEach((way) => {
      set(way, "aria-pressed", way.dataset.zoom === zoom ? "true" : "false");
    });
    set(document.querySelector(".desk-download"), "href", one.address + "?telecharger=1");
    set(document.querySelector(".desk-download"), "download", one.name);
    const told = document.querySelector(".desk-size");
    if (told && told.textContent !== one.size) told.textContent = one.size;
    if (piece && piece.box === box && piece.uid === one.uid && piece.zoom === zoom) return;
    if (piece) piece.stop.abort();
    piece = { box, deposit: box.dataset.deposit, uid: one.uid, zoom, stop: new AbortController() };
    draw(box, one, piece);
  }

  /* The deposit whose piece is on the screen; it alone is answered of. */
  function deposit() {
    const box = pagesBox();
    return box ? box.dataset.deposit : "";
  }

  /* The piece that is read stays while its deposit is the last one: a newer one shows its own. */
  function stays() {
    return piece && piece.deposit === deposit() ? piece.uid : "";
  }

  async function draw(box, one, mine) {
    const words = JSON.parse(box.dataset.words);
    awaitSheet(box, words.loading);
    count("");
    try {
      const images = await (one.paged ? paged : whole)(one, words, mine);
      if (piece !== mine) return;
      box.replaceChildren(...images.map(framed));
      box.style.setProperty("--zoom", zoom + "%");
      box.scrollTop = 0;
      watch(box, images, mine);
      counted(box);
      window.controlsMarks.read(facts().uid, one, mine);
    } catch (_error) {
      if (piece === mine) say(box, words.broken);
    }
  }

  /* A page under its marks, which are placed as parts of it. */
  function framed(image) {
    const page = document.createElement("div");
    page.className = "desk-page";
    page.append(image);
    return page;
  }

  function say(box, words) {
    const said = document.createElement("p");
    said.className = "desk-quiet";
    said.textContent = words;
    box.replaceChildren(said);
  }

  /* A sheet in the place of the piece, while it is drawn. */
  function awaitSheet(box, words) {
    say(box, words);
    const sheet = document.createElement("div");
    sheet.className = "sheet-awaited";
    sheet.setAttribute("aria-busy", "true");
    box.append(sheet);
  }

  /* One at a time: the server draws few at once for one person. */
  async function fetched(address, mine) {
    for (let tries = 0; ; tries += 1) {
      const answer = await window.fetch(address, { signal: mine.stop.signal });
      if (answer.ok) {
        return { octets: await answer.blob(), pages: Number(answer.headers.get("X-Pages")) || 1 };
      }
      if (answer.status !== 429 || tries > 2) throw new Error(String(answer.status));
      await new Promise((done) => window.setTimeout(done, BUSY_MS));
    }
  }

  async function pour(image, address, mine) {
    const { octets, pages } = await fetched(address, mine);
    const kept = URL.createObjectURL(octets);
    image.src = kept;
    await image.decode();
    URL.revokeObjectURL(kept);
    return pages;
  }

  async function whole(one, words, mine) {
    const image = new Image();
    image.alt = filled(words.image, one);
    await pour(image, one.address, mine);
    return [image];
  }

  /* The first page says how many there are; the others come as one scrolls to them. */
  async function paged(one, words, mine) {
    const at = (page) => `${one.address}/pages/${page}.png?zoom=${zoom}`;
    const alt = (page, pages) => filled(words.page, { page, pages, name: one.name });
    const first = new Image();
    const pages = await pour(first, at(1), mine);
    first.alt = alt(1, pages);
    const images = [first];
    for (let page = 2; page <= pages; page += 1) {
      const image = new Image(first.naturalWidth, first.naturalHeight);
      image.alt = alt(page, pages);
      image.dataset.page = at(page);
      image.className = "sheet-awaited";
      image.style.aspectRatio = `${first.naturalWidth} / ${first.naturalHeight}`;
      images.push(image);
    }
    return images;
  }

  function watch(box, images, mine) {
    let before = Promise.resolve();
    const eye = new IntersectionObserver(
      (seen) =>
        seen.filter((one) => one.isIntersecting).forEach(({ target }) => {
          eye.unobserve(target);
          before = before
            .then(() => pour(target, target.dataset.page, mine))
            .catch(() => target.classList.add("desk-lost"))
            .then(() => target.classList.remove("sheet-awaited"));
        }),
      { root: box, rootMargin: "50%" }
    );
    images.filter((image) => image.dataset.page).forEach((image) => eye.observe(image));
  }

  function counted(box) {
    const images = all("img", box);
    const { top, height } = box.getBoundingClientRect();
    if (!height) return;
    const reading = top + height / 3;
    const passed = images.filter((image) => image.getBoundingClientRect().top <= reading).length;
    const words = JSON.parse(box.dataset.words);
    const values = { page: Math.max(1, passed), pages: images.length };
    count(images.length > 1 ? filled(words.count, values) : "");
  }

  /* A screen of the piece further, or back: page after page. */
  function turnPage(step) {
    const box = pagesBox();
    box.scrollBy({ top: step * box.clientHeight * PAGE });
  }

  function nextFile() {
    const tabs = all(".desk-files .desk-file");
    const here = tabs.findIndex((tab) => tab.getAttribute("aria-pressed") === "true");
    if (tabs.length) show(tabs[(here + 1) % tabs.length].dataset.piece);
  }

  function count(words) {
    const place = document.querySelector(".desk-count");
    if (place && place.textContent !== words) place.textContent = words;
  }

  /* ---- The check ---- */

  function answers() {
    const found = {};
    all(".desk-point").forEach((point) => {
      const on = point.querySelector(".desk-answer[aria-pressed=true]");
      found[point.dataset.point] = on ? on.dataset.fits === "yes" : null;
    });
    return found;
  }

  /* What was answered here goes before what is drawn, which may be of an earlier press. */
  function given() {
    return isOfThis(mine) && Date.now() - mine.at < KNOWN_MS ? mine.said : answers();
  }

  function answer(button) {
    const { point } = button.closest(".desk-point").dataset;
    const said = given();
    const fits = button.dataset.fits === "yes";
    give({ ...said, [point]: said[point] === fits ? null : fits });
  }

  function give(said) {
    mine = { uid: facts().uid, deposit: deposit(), said, at: Date.now() };
    press();
    if (!isFlying()) tellAnswers();
    look();
  }

  /* The buttons as the last answers are. */
  function press() {
    all(".desk-point").forEach((point) => {
      const fits = mine.said[point.dataset.point];
      all(".desk-answer", point).forEach((one) => {
        const on = typeof fits === "boolean" && fits === (one.dataset.fits === "yes");
        set(one, "aria-pressed", on ? "true" : "false");
      });
    });
  }

  /* Until they are known: a draw may come before what it draws, and answers get lost on the way. */
  function look() {
    window.clearTimeout(looking);
    looking = window.setTimeout(keepAnswers, BUSY_MS);
  }

  /* One at a time: of two on their way at once, the older could be written last. */
  function tellAnswers() {
    flying = { left: Date.now(), deposit: mine.uid + mine.deposit, said: asKnown(mine.said) };
    put("controls-desk-answered", { uid: mine.uid, deposit: mine.deposit, answers: mine.said });
  }

  function isFlying() {
    return flying.deposit === mine.uid + mine.deposit && Date.now() - flying.left < AGAIN_MS;
  }

  /* As the server writes what it knows. */
  function asKnown(said) {
    return JSON.stringify(Object.fromEntries(Object.entries(said).filter(([, fits]) => fits !== null)));
  }

  /* Whether what was given is of what the check asks about: of another deposit, it is void. */
  function isOfThis(given) {
    return given.uid === facts().uid && given.deposit === facts().deposit;
  }

  function isKnown() {
    return facts().answers === asKnown(given());
  }

  /* What the server draws may be of an earlier press: what was answered since stays, and is sent
     again if it got lost on the way. */
  function keepAnswers() {
    if (isOfThis(mine) && Date.now() - mine.at < KNOWN_MS) {
      press();
      if (facts().answers === flying.said) flying = { left: 0, deposit: "", said: "" };
      if (!isKnown()) {
        if (!isFlying()) tellAnswers();
        look();
        return;
      }
    }
    const next = after;
    after = null;
    if (next && isOfThis(next)) decide(next.verdict, false);
  }

  /* Yes, no, unanswered: what a figure of the keyboard goes through. */
  function turn(rank) {
    const point = all(".desk-point")[rank - 1];
    if (!point) return;
    const [yes, no] = all(".desk-answer", point);
    if (yes) answer(typeof given()[point.dataset.point] === "boolean" ? no : yes);
  }

  /* ---- Decisions ---- */

  function decide(verdict, many) {
    const seen = many ? Object.fromEntries(chosen) : { [facts().uid]: Number(facts().version) };
    const open_ = many || document.querySelector(".desk-foot [data-desk=decide]");
    if (!many && deposit() !== facts().deposit) return; /* the piece and its check are on their way */
    if (!open_ || !Object.keys(seen).length) return;
    const said = many ? [] : Object.values(given());
    if (verdict === "accept" && said.includes(null)) return lead();
    if (verdict === "accept" && !many && !isKnown()) {
      after = { uid: facts().uid, deposit: facts().deposit, verdict }; /* the answers come first */
      if (!isOfThis(mine) || Date.now() - mine.at >= KNOWN_MS) give(answers());
      return;
    }
    asking = { seen, verdict };
    if (verdict !== "accept" || said.includes(false)) ask(verdict, many);
    else if (many) askTogether();
    else conclude({ motive: "", text: "" });
  }

  /* What is chosen is decided together, after a dialog that says how many; else what is open. */
  function decideAll(verdict) {
    decide(verdict, chosen.size > 0 && Boolean(document.querySelector(".desk-many [data-desk=many]")));
  }

  /* To the first point without an answer: a proof is accepted once each has its own. */
  function lead() {
    const point = all(".desk-point").find((one) => !one.querySelector(".desk-answer[aria-pressed=true]"));
    goTo("check");
    document.querySelector(".desk-left").classList.add("desk-stops");
    point.querySelector(".desk-answer").focus();
    point.scrollIntoView({ block: "nearest" });
  }

  function askTogether() {
    const box = document.querySelector("dialog[data-dialog=together]");
    const list = box.querySelector(".desk-proofs");
    const proofs = new Map();
    [...chosen.keys()].forEach((uid) => {
      const { deposit, pieces } = (lineOf(uid) || { dataset: kin.get(uid) }).dataset;
      const known = proofs.get(deposit) || { pieces, count: 0 };
      proofs.set(deposit, { pieces, count: known.count + 1 });
    });
    const words = [...proofs.values()].map((one) => filled(list.dataset[one.count > 1 ? "many" : "one"], one));
    const more = words.splice(MOST_PROOFS).length;
    if (more) words.push(filled(list.dataset.more, { count: more }));
    list.replaceChildren(
      ...words.map((said) => {
        const line = document.createElement("li");
        line.textContent = said;
        return line;
      })
    );
    asking.verified = true;
    box.querySelector(".desk-about").textContent = manyWords(document.querySelector(".desk-many-count"));
    problem(box, "");
    hold(box, false);
    box.showModal();
    box.querySelector("[data-desk=confirm]").focus();
  }

  function ask(verdict, many) {
    const box = document.querySelector(`dialog[data-dialog=${verdict}]`);
    const site = document.querySelector("#controls-desk-piece h2");
    const count = document.querySelector(".desk-many-count");
    box.querySelector(".desk-about").textContent = many ? manyWords(count) : site.textContent;
    const list = box.querySelector("select");
    const wrong = Object.entries(answers()).find(([, fits]) => fits === false);
    const kept = rulings.get(keyOf(asking));
    if (list) list.value = kept ? kept.motive : (!many && wrong && wrong[0]) || "";
    box.querySelector("textarea").value = kept ? kept.text : "";
    window.portalCount.count(box.querySelector("textarea"));
    problem(box, "");
    hold(box, false);
    box.showModal();
    (list && !list.value ? list : box.querySelector("textarea")).focus();
  }

  /* What is written in a dialog stays until it is decided: closed or refused, it is found again. */
  function keyOf(asked) {
    return asked.verdict + Object.keys(asked.seen).join();
  }

  function typedIn(box) {
    const [list, text] = [box.querySelector("select"), box.querySelector("textarea")];
    return { motive: list ? list.value : "", text: text ? text.value : "" };
  }

  function keep(box) {
    if (asking) rulings.set(keyOf(asking), typedIn(box));
  }

  function problem(box, words) {
    box.querySelector(".desk-problem").textContent = words;
  }

  function confirm(box) {
    const list = box.querySelector("select");
    const text = box.querySelector("textarea");
    if (list && !list.value) {
      problem(box, box.querySelector(".desk-problem").dataset.words);
      list.focus();
    } else if (text && window.portalCount.isOver(text)) {
      text.focus(); /* its counter says by how much */
    } else {
      problem(box, "");
      const before = new Set(all("#frame-toasts .notice-toast").map((one) => one.id));
      document.getElementById("trouble").hidden = true; /* what it says is of another press */
      waiting = { box, before, asked: asking, n: conclude(typedIn(box)) };
      hold(box, true);
    }
  }

  function hold(box, on) {
    box.querySelector("[data-desk=confirm]").disabled = on;
  }

  /* A dialog covers the messages of the page: what they say while it waits is said in it. */
  function hear() {
    if (!waiting) return;
    const said = all("#frame-toasts .notice-bad").find((one) => !waiting.before.has(one.id));
    const trouble = document.getElementById("trouble");
    const found = said || (!trouble.hidden && trouble);
    if (!found || found === waiting.heard) return;
    waiting.heard = found;
    const words = all(".toast-title, .toast-text", found).map((one) => one.textContent);
    problem(waiting.box, words.join("\u00a0: "));
    hold(waiting.box, false);
    sent.delete(JSON.stringify(waiting.asked.seen));
  }

  /* What came of it: the dialog goes, or says who was first, and can decide no more. */
  function ruled(data) {
    if (!waiting || !data || data.n !== waiting.n) return;
    const { box, asked } = waiting;
    waiting = null;
    if (data.lost) {
      problem(box, data.lost);
      hold(box, true);
    } else {
      rulings.delete(keyOf(asked));
      box.close();
    }
  }

  function conclude(why) {
    const gone = new Set(Object.keys(asking.seen));
    gone.forEach((uid) => kin.delete(uid)); /* what is not decided stays chosen where it is listed */
    const key = JSON.stringify(asking.seen);
    if (sent.has(key)) return 0;
    sent.add(key);
    window.setTimeout(() => sent.delete(key), AGAIN_MS);
    const here = gone.has(facts().uid) ? "" : facts().uid;
    const next = here || neighbour(1, gone) || neighbour(-1, gone);
    wanted = true;
    return put("controls-desk-decided", { ...asking, ...why, next });
  }

  function undo(button) {
    const uids = button.dataset.uids;
    button.disabled = true;
    window.setTimeout(() => (button.disabled = false), AGAIN_MS);
    wanted = true;
    put("controls-desk-undone", { uids });
  }

  function expire() {
    all(".desk-undo[data-until]").forEach((line) => {
      line.hidden = Date.parse(line.dataset.until) < Date.now();
    });
  }

  /* ---- Messages and notes ---- */

  function writing() {
    return document.querySelector("#controls-desk-check .desk-writing");
  }

  function draft() {
    const uid = facts().uid || "";
    const first = writing()?.querySelector(".desk-side"); // a note, where no message may be written
    const side = first?.dataset.side || "message";
    if (!drafts.has(uid)) drafts.set(uid, { text: "", side, files: [] });
    return drafts.get(uid);
  }

  function showDraft() {
    const box = writing();
    if (!box) return;
    const kept = draft();
    const text = box.querySelector("textarea");
    if (text.value !== kept.text) text.value = kept.text;
    window.portalCount.count(text);
    set(text, "aria-label", box.dataset[kept.side]);
    set(text, "placeholder", box.dataset[kept.side]);
    box.classList.toggle("desk-noting", kept.side === "note");
    all(".desk-side", box).forEach((side) => {
      set(side, "aria-pressed", side.dataset.side === kept.side ? "true" : "false");
    });
    showFiles(box, kept);
    fileEntry(box);
  }

  function showFiles(box, kept) {
    const list = box.querySelector(".desk-joined");
    list.hidden = !kept.files.length;
    list.replaceChildren(
      ...kept.files.map((file, rank) => {
        const line = document.createElement("li");
        const name = document.createElement("bdi");
        const drop = document.createElement("button");
        name.textContent = file.name;
        drop.type = "button";
        drop.className = "btn btn-icon";
        drop.dataset.desk = "unjoin";
        drop.dataset.rank = String(rank);
        drop.setAttribute("aria-label", filled(box.dataset.remove, { name: file.name }));
        drop.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
        line.append(name, drop);
        return line;
      })
    );
  }

  function fileEntry(box) {
    const place = box.querySelector(".desk-attach-place");
    if (place.firstChild) return;
    const entry = document.createElement("input");
    entry.type = "file";
    entry.multiple = true;
    entry.accept = box.dataset.accept;
    entry.className = "visually-hidden";
    entry.addEventListener("change", () => {
      const kept = draft();
      const { chosen: files, problems } = window.portalFiles.judged(box, kept.files, [...entry.files]);
      kept.files = files;
      entry.value = "";
      box.querySelector(".desk-problem").textContent = problems.join(" ");
      showDraft();
    });
    place.append(entry);
  }

  function token() {
    const found = document.cookie.split("; ").find((text) => text.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.slice("_csrf_token=".length)) : "";
  }

  async function send(button) {
    const box = writing();
    const uid = facts().uid;
    const kept = draft();
    const body = new FormData();
    body.append("texte", kept.text);
    kept.files.forEach((file) => body.append("pieces", file, file.name));
    if (kept.side === "note") body.append("note", "1");
    button.disabled = true;
    const problem = await posted(`/api/controles/${uid}/messages`, body, box.dataset.lost);
    button.disabled = false;
    box.querySelector(".desk-problem").textContent = problem;
    if (problem) return;
    drafts.set(uid, { text: "", side: kept.side, files: [] });
    if (facts().uid !== uid) return;
    showDraft();
    written = true;
    put("controls-desk-written", { uid, deposit: deposit() });
  }

  /* What went wrong, "" when nothing did. */
  async function posted(address, body, lost) {
    try {
      const headers = { "X-CSRFToken": token() };
      const answer = await window.fetch(address, { method: "POST", body, headers });
      if (answer.ok) return "";
      const said = await answer.json().catch(() => ({}));
      return said.error || lost;
    } catch (_error) {
      return lost;
    }
  }

  /* ---- The letters of the keyboard, which may be turned off ---- */

  function lettersOn() {
    try {
      return window.localStorage.getItem(LETTERS) !== "off";
    } catch (_error) {
      return true;
    }
  }

  function turnLetters() {
    try {
      window.localStorage.setItem(LETTERS, lettersOn() ? "off" : "on");
    } catch (_error) {
      /* a browser that keeps nothing keeps the letters */
    }
    showLetters();
  }

  function showLetters() {
    const way = document.querySelector("[data-desk=letters]");
    if (!way) return;
    set(way, "aria-checked", lettersOn() ? "true" : "false");
    way.querySelector(".desk-letters").textContent = lettersOn() ? way.dataset.on : way.dataset.off;
  }

  function help() {
    showLetters();
    document.querySelector("dialog[data-dialog=help]").showModal();
  }

  const letters = {
    j: () => move(1),
    k: () => move(-1),
    v: () => decideAll("accept"),
    d: () => decideAll("again"),
    r: () => decideAll("reject"),
    f: nextFile,
    z: () => {
      const button = document.querySelector(".desk-last .desk-undo:not([hidden]) [data-desk=undo]");
      if (button) button.click();
    },
    m: () => {
      goTo("check");
      const text = writing() && writing().querySelector("textarea");
      if (text) text.focus();
    },
    x: () => tick(lineOf(facts().uid)),
  };

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable=true], dialog[open]");
  }

  function inQueue(target) {
    return target === document.body || Boolean(target.closest("#controls-desk-queue"));
  }

  function key(event) {
    const target = event.target;
    if (!desk() || event.defaultPrevented || !(target instanceof Element)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(target)) return;
    if (document.querySelector("dialog[open]")) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const letter = lettersOn() && letters[event.key.toLowerCase()];
    const rank = lettersOn() && /^[1-6]$/.test(event.key) ? Number(event.key) : 0;
    const page = { PageDown: 1, PageUp: -1 }[event.key];
    if (arrow && inQueue(target)) move(arrow);
    else if (page && pagesBox() && !target.matches(".desk-scroll")) turnPage(page);
    else if (event.key === "?" && lettersOn()) help();
    else if (rank) turn(rank);
    else if (letter) letter();
    else return;
    event.preventDefault();
  }

  /* ---- Listening ---- */

  const presses = {
    open: (button) => open(button.closest(".desk-line").dataset.uid, false),
    tick: (button) => tick(button.closest(".desk-line")),
    alike: (button) => chooseAlike(button.dataset),
    untick: () => {
      unchoose();
      showTicks();
    },
    previous: () => move(-1),
    next: () => move(1),
    more: (button) => put("controls-desk-more", { limit: Number(button.dataset.limit) }),
    step: (button) => goTo(button.dataset.step),
    talk: (button) => button.closest(".desk-talk").lastElementChild.scrollIntoView({ block: "end" }),
    piece: (button) => show(button.dataset.piece),
    zoom: (button) => {
      zoom = button.dataset.zoom;
      show(piece ? piece.uid : "");
    },
    answer,
    mark: (button) => {
      goTo("piece");
      window.controlsMarks.lead(button.closest(".desk-point").dataset.point);
    },
    decide: (button) => decide(button.dataset.verdict, false),
    many: (button) => decide(button.dataset.verdict, true),
    confirm: (button) => confirm(button.closest("dialog")),
    close: (button) => button.closest("dialog").close(),
    undo,
    side: (button) => {
      draft().side = button.dataset.side;
      showDraft();
    },
    unjoin: (button) => {
      draft().files.splice(Number(button.dataset.rank), 1);
      writing().querySelector(".desk-problem").textContent = "";
      showDraft();
      writing().querySelector("input[type=file]").focus();
    },
    send,
    help,
    letters: turnLetters,
    once: (button) =>
      window.setTimeout(() => {
        button.disabled = true;
        window.setTimeout(() => (button.disabled = false), AGAIN_MS);
      }, 0) /* after Dash heard the press */,
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-desk]");
    const act = button && presses[button.dataset.desk];
    if (act) act(button);
  });

  document.addEventListener("change", (event) => {
    const list = event.target;
    if (!(list instanceof Element) || !list.matches(".desk-owner") || list.value === "") return;
    const many = list.dataset.many === "yes";
    const uids = many ? [...chosen.keys()] : [facts().uid];
    put("controls-desk-assigned", { uids, owner: list.value });
    if (many) list.value = "";
  });

  document.addEventListener("input", (event) => {
    if (event.target instanceof Element && event.target.matches(".desk-text")) {
      draft().text = event.target.value;
    }
    const box = event.target instanceof Element && event.target.closest("dialog[data-dialog]");
    if (box) keep(box);
  });

  window.addEventListener("beforeunload", (event) => {
    const writes = [...drafts.values()].some((kept) => kept.text.trim() || kept.files.length);
    const asks = document.querySelector("dialog[data-dialog][open] textarea");
    if (writes || (asks && asks.value.trim())) event.preventDefault();
  });

  new MutationObserver(hear).observe(document.documentElement, {
    attributeFilter: ["hidden"],
    childList: true,
    subtree: true,
  });

  document.addEventListener("scroll", (event) => {
    const box = event.target;
    if (box === pagesBox()) counted(box);
    else if (box === at.box && box.dataset.uid === at.uid) at.top = box.scrollTop;
  }, true);

  function place() {
    const box = document.querySelector("#controls-desk-check .desk-scroll");
    if (!box) return;
    if (written) box.scrollTop = box.scrollHeight;
    else if (box !== at.box || box.dataset.uid !== at.uid) {
      box.scrollTop = box.dataset.uid === at.uid ? at.top : 0;
    }
    at = { box, uid: box.dataset.uid, top: box.scrollTop };
    if (written && writing()) writing().scrollIntoView({ block: "nearest" }); /* on a phone the page moves */
    written = false;
  }

  document.addEventListener("keydown", key);
  window.setInterval(expire, LOOK_MS);

  /* What the server drew is completed with what only this page knows. */
  function drawn() {
    window.setTimeout(() => {
      const now = facts();
      mark(now.uid || "");
      showTicks();
      goTo(desk() ? desk().dataset.step : "queue");
      show(stays());
      window.controlsMarks.tell();
      showDraft();
      place();
      all(".desk-owner").forEach((list) => {
        if (list.dataset.many === "no") list.value = list.dataset.value;
      });
      if (now.unread === "yes" && read !== now.uid + now.version) {
        read = now.uid + now.version;
        put("controls-desk-read", { uid: now.uid });
      }
      const line = lineOf(now.uid);
      if (wanted && line) line.querySelector(".desk-open").focus();
      wanted = false;
      keepAnswers();
    }, 0);
    return "";
  }

  function relay(data) {
    return data ?? window.dash_clientside.no_update;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { controlsDesk: { drawn, relay, ruled } });
})();
