/* Files on their way to the server: chosen, dropped or photographed, kept until it has them, sent
   with their progress. components/kit/files.py draws the field and says what its address answers. */
(function () {
  "use strict";

  const STEP = 25; /* percent between two announcements to who listens */
  const STILL_MS = 15000; /* without any progress: the network may be frozen, which nothing else tells */
  const WIDEST = 2400; /* dots of the longer side of a photo made smaller: A4 at 200 an inch */
  const MOST_NAMED = 5; /* of the files left out */
  const REST_MS = 600; /* after a cancel: the second tap of a double one falls on "send" */
  const states = new Map(); /* by field: they outlive the page, and so does an upload */

  /* ---- The field and what is known of it ---- */

  function fieldOf(id) {
    return document.querySelector('[data-kit=files][data-for="' + id + '"]');
  }

  function stateOf(id) {
    if (!states.has(id)) {
      states.set(id, { files: [], problems: [], refused: [], link: "", said: "", sending: null, failed: false, typed: {}, preparing: [], asked: false });
    }
    return states.get(id);
  }

  function part(field, name) {
    return field.querySelector("[data-part=" + name + "]");
  }

  function wordsOf(field) {
    return JSON.parse(field.dataset.words);
  }

  function wayOf(field) {
    return JSON.parse(field.dataset.way);
  }

  function filled(sentence, blanks) {
    return sentence.replace(/\{(\w+)\}/g, (blank, name) => (name in blanks ? blanks[name] : blank));
  }

  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function icon(name) {
    const glyph = make("i", { className: "bi bi-" + name });
    glyph.setAttribute("aria-hidden", "true");
    return glyph;
  }

  /* ---- Numbers, as i18n.py writes them ---- */

  function french() {
    return document.documentElement.lang !== "en";
  }

  function number(value, digits) {
    return value.toLocaleString(french() ? "fr" : "en-GB", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  function size(octets) {
    const unit = french() ? "o" : "B";
    if (octets < 1e6) return number(Math.max(1, Math.round(octets / 1000)), 0) + "\u00a0k" + unit;
    return number(octets / 1e6, 1) + "\u00a0M" + unit;
  }

  function percent(share) {
    return Math.floor(share * 100) + (french() ? "\u202f%" : "%");
  }

  /* A name as the server will write it: no sign that turns or hides the others. */
  function nameOf(file) {
    return file.name.replace(/^.*[/\\]/, "").replace(/\p{C}/gu, " ").replace(/\s+/g, " ").trim();
  }

  function total(files) {
    return files.reduce((sum, file) => sum + file.size, 0);
  }

  /* ---- Drawing ---- */

  function draw(id) {
    const field = fieldOf(id);
    if (!field) return;
    const state = stateOf(id);
    drawList(field, state);
    drawProblems(field, state);
    drawSending(field, state);
    part(field, "said").textContent = state.said;
    part(field, "thanks").hidden = !state.said;
    part(field, "first").hidden = state.failed;
    part(field, "again").hidden = !state.failed;
  }

  /* Whether what is said of the files names this one: « mandat.pdf » est vide. */
  function isBlamed(state, name) {
    return state.problems.some((text) => text.includes(`\u00ab\u00a0${name}\u00a0\u00bb`) || text.includes(`\u201c${name}\u201d`));
  }

  function drawList(field, state) {
    const list = part(field, "list");
    const words = wordsOf(field);
    list.hidden = !state.files.length && !state.preparing.length;
    list.replaceChildren(
      ...state.files.map((file, place) => {
        const named = make("span", { className: "visually-hidden" });
        named.textContent = filled(words.remove, { name: nameOf(file) });
        const remove = make(
          "button",
          { type: "button", className: "btn btn-icon btn-sm", title: named.textContent },
          icon("x-lg"),
          named
        );
        remove.dataset.does = "remove";
        remove.dataset.place = place;
        remove.disabled = Boolean(state.sending);
        const bad = isBlamed(state, nameOf(file));
        return make(
          "li",
          bad ? { className: "file-bad" } : {},
          icon(bad ? "exclamation-circle" : "file-earmark"),
          make("bdi", { className: "file-name" }, nameOf(file)),
          ...(bad ? [make("span", { className: "file-blame" }, words.bad)] : []),
          make("span", { className: "file-size" }, size(file.size)),
          remove
        );
      }),
      ...state.preparing.map((file) =>
        make(
          "li",
          {},
          icon("hourglass-split"),
          make("bdi", { className: "file-name" }, nameOf(file)),
          make("span", { className: "file-size" }, words.preparing)
        )
      )
    );
  }

  function drawProblems(field, state) {
    const words = wordsOf(field);
    const shown = part(field, "error");
    const said = state.problems.map((text) => make("p", {}, text));
    if (state.link) {
      const aside = state.files.length ? { target: "_blank", rel: "noopener" } : {};
      const text = state.files.length ? words.sign_in : words.sign_in_here;
      said.push(make("p", {}, make("a", { href: state.link, ...aside }, text)));
    }
    shown.replaceChildren(...said);
  }

  function drawSending(field, state) {
    const sending = state.sending;
    field.toggleAttribute("data-sending", Boolean(sending));
    part(field, "progress").hidden = !sending;
    field.querySelector("[data-does=send]").disabled = Boolean(sending || state.asked);
    field.querySelector("[data-does=cancel]").hidden = !sending;
    field.querySelectorAll("input[type=file]").forEach((input) => {
      input.disabled = Boolean(sending);
    });
    if (sending) drawProgress(field, sending);
  }

  function drawProgress(field, sending) {
    const words = wordsOf(field);
    const share = sending.total ? sending.sent / sending.total : 0;
    const saying = { percent: percent(share) };
    const label = share >= 1 ? words.saving : filled(words.sending, saying);
    part(field, "label").textContent = sending.begun ? label : words.starting;
    part(field, "note").textContent = sending.begun
      ? filled(words.sent, { sent: size(share * sending.size), total: size(sending.size) })
      : "";
    const late = share >= 1 && !sending.still; /* too late to cancel, unless nothing answers */
    field.querySelector("[data-does=cancel]").hidden = late;
    part(field, "done").style.width = share * 100 + "%";
    part(field, "bar").setAttribute("aria-valuenow", Math.floor(share * 100));
    const step = Math.floor((share * 100) / STEP);
    if (sending.begun && step !== sending.step) {
      sending.step = step;
      speak(field, label);
    }
  }

  function speak(field, sentence) {
    if (field) part(field, "spoken").textContent = sentence;
  }

  /* ---- Choosing ---- */

  /* A photo takes a moment to be made smaller: it is said, and what sends waits for it. */
  async function choose(field, files, folders) {
    const id = field.dataset.for;
    const state = stateOf(id);
    const { most } = wayOf(field);
    const large = files.filter((file) => most && isLargePhoto(file, most[1]));
    if (!large.length) return add(field, files, folders);
    state.preparing.push(...large);
    draw(id);
    speak(field, wordsOf(field).preparing);
    const fit = await Promise.all(files.map((file) => (large.includes(file) ? smaller(file) : file)));
    state.preparing = state.preparing.filter((file) => !large.includes(file));
    add(field, fit, folders);
    if (!state.asked || state.preparing.length) return;
    state.asked = false;
    draw(id);
    if (fieldOf(id) && !state.problems.length) send(fieldOf(id));
  }

  function add(field, files, folders) {
    const id = field.dataset.for;
    const state = stateOf(id);
    if (state.sending) return;
    const words = wordsOf(field);
    const wanted = field.dataset.multiple === "yes" ? files : files.slice(0, 1);
    const { chosen, problems } = judged(field, field.dataset.multiple === "yes" ? state.files : [], wanted);
    state.problems = [...folders.map((name) => filled(words.folder, { name })), ...problems];
    if (wanted.length || folders.length || field.dataset.multiple === "yes") state.files = chosen;
    Object.assign(state, { said: "", link: "", failed: false, refused: state.problems });
    forget(field);
    draw(id);
    speak(field, state.files.map(nameOf).join(", "));
  }

  /* What was chosen *before* and those of *files* that may be added to it, and a sentence for each of the others. */
  function judged(field, before, files) {
    const words = wordsOf(field);
    const chosen = [...before];
    const left = [];
    const problems = [];
    files.forEach((file) => {
      if (chosen.some((other) => isSame(file, other))) return;
      const problem = problemOf(field, file, chosen, words);
      if (problem === "many") left.push(file);
      else if (problem) problems.push(problem);
      else chosen.push(file);
    });
    if (left.length) problems.push(beyond(field, left, words));
    return { chosen, problems };
  }

  /* The files that are too many, by their names: the first of them. */
  function beyond(field, left, words) {
    const shown = left.slice(0, MOST_NAMED).map((file) => filled(words.quoted, { name: nameOf(file) }));
    const names = shown.join(", ") + (left.length > MOST_NAMED ? "…" : "");
    const sentence = left.length > 1 ? words.many : words.many_one;
    return filled(sentence, { most: limits(field).files, names });
  }

  function isSame(one, other) {
    return ["name", "size", "lastModified"].every((fact) => one[fact] === other[fact]);
  }

  function limits(field) {
    const { most } = wayOf(field);
    if (most) return { file: most[1], deposit: most[0] * most[1], files: most[0] };
    const known = document.getElementById("trouble").dataset;
    return {
      file: Number(known.fileOctets),
      deposit: Number(known.depositOctets),
      files: Number(known.depositFiles),
    };
  }

  function problemOf(field, file, chosen, words) {
    const most = limits(field);
    const name = nameOf(file);
    if (!file.size) return filled(words.empty, { name });
    const unnamed = !/\.\w+$/.test(name); /* what it is, the server reads in it */
    if (words.other && !unnamed && !isTaken(field, file)) {
      return filled(/\.hei[cf]$/i.test(name) ? words.heic : words.other, { name });
    }
    if (file.size > most.file) {
      return filled(words.big, { name, size: size(file.size), most: size(most.file) });
    }
    if (chosen.length >= most.files) return "many";
    if (total(chosen) + file.size > most.deposit) {
      return filled(words.heavy, { name, most: size(most.deposit) });
    }
    return "";
  }

  /* Whether its name ends as what the field takes does. */
  function isTaken(field, file) {
    const ends = field.dataset.accept.split(",").filter((end) => end.startsWith("."));
    return ends.some((end) => file.name.toLowerCase().endsWith(end));
  }

  function dropped(transfer) {
    const entries = [...(transfer.items || [])].filter((item) => item.kind === "file");
    if (!entries.length) return { files: [...transfer.files], folders: [] };
    const files = [];
    const folders = [];
    entries.forEach((item) => {
      const entry = item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
      if (entry && entry.isDirectory) folders.push(entry.name);
      else files.push(item.getAsFile());
    });
    return { files: files.filter(Boolean), folders };
  }

  function remove(field, place) {
    const id = field.dataset.for;
    const state = stateOf(id);
    state.files = state.files.filter((_file, rank) => rank !== place);
    Object.assign(state, { problems: [], refused: [], link: "", failed: false });
    draw(id);
    const rest = field.querySelectorAll("[data-does=remove]");
    (rest[Math.min(place, rest.length - 1)] || field.querySelector("input[type=file]")).focus();
  }

  /* ---- Sending ---- */

  function token() {
    const found = document.cookie.split("; ").find((text) => text.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.slice("_csrf_token=".length)) : "";
  }

  /* A photo of a phone is often larger than what is taken: its paper stays readable in fewer dots. */
  function isLargePhoto(file, most) {
    return file.type === "image/jpeg" && file.size > most;
  }

  async function smaller(file) {
    const photo = await window.createImageBitmap(file).catch(() => null);
    if (!photo) return file;
    const share = Math.min(1, WIDEST / Math.max(photo.width, photo.height));
    const sheet = make("canvas", {
      width: Math.round(photo.width * share),
      height: Math.round(photo.height * share),
    });
    sheet.getContext("2d").drawImage(photo, 0, 0, sheet.width, sheet.height);
    photo.close();
    const drawn = await new Promise((done) => sheet.toBlob(done, file.type, 0.85));
    const made = drawn && drawn.size < file.size;
    return made ? new File([drawn], file.name, { type: file.type, lastModified: file.lastModified }) : file;
  }

  function bodyOf(field, files) {
    const form = new FormData();
    const way = wayOf(field);
    Object.entries(way.body).forEach(([name, values]) => values.forEach((one) => form.append(name, one)));
    if (!way.asks) {
      Object.entries(JSON.parse(field.dataset.fields)).forEach(([name, id]) => {
        const input = document.getElementById(id);
        if (input) form.append(name, input.value);
      });
    }
    Object.entries(stateOf(field.dataset.for).again || {}).forEach(([name, one]) => form.set(name, one));
    files.forEach((file) => form.append(way.name, file, file.name));
    return form;
  }

  function query(field, files) {
    if (!wayOf(field).asks) return "";
    const asked = new URLSearchParams();
    Object.entries(JSON.parse(field.dataset.fields)).forEach(([name, id]) => {
      const input = document.getElementById(id);
      if (input && input.value.trim()) asked.set(name, input.value.trim());
    });
    asked.set("files", files.length);
    asked.set("octets", total(files));
    return "?" + asked;
  }

  /* One request; it rejects with "lost" or "cancelled" and answers {status, body} otherwise. */
  function ask(sending, method, address, body, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      sending.request = request;
      request.open(method, address);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      if (onProgress) request.upload.onprogress = onProgress;
      request.onload = () => resolve({ status: request.status, body: parsed(request) });
      request.onerror = () => reject("lost");
      request.onabort = () => reject("cancelled");
      request.send(body);
    });
  }

  function parsed(request) {
    try {
      return JSON.parse(request.responseText) || {};
    } catch {
      return {};
    }
  }

  async function send(field) {
    const id = field.dataset.for;
    const state = stateOf(id);
    if (state.sending || Date.now() < (state.rests || 0)) return;
    if (state.preparing.length) {
      state.asked = true;
      draw(id);
      return;
    }
    clearFields(field);
    Object.assign(state, { problems: [], link: "", said: "", failed: false });
    forget(field);
    if (!state.files.length && !wayOf(field).optional) {
      state.problems = state.refused.length ? state.refused : [wordsOf(field).none];
      draw(id);
      field.querySelector("input[type=file]").focus();
      return;
    }
    state.sending = { begun: false, sent: 0, total: 0, size: total(state.files), step: -1 };
    moved(id);
    draw(id);
    const watch = setInterval(() => look(id), 1000);
    const outcome = await attempt(field, state);
    clearInterval(watch);
    await conclude(field, state, outcome);
  }

  /* ---- A network that is frozen says nothing: neither an error nor an end ---- */

  function moved(id) {
    stateOf(id).sending.at = Date.now();
    look(id);
  }

  function look(id) {
    const state = stateOf(id);
    const { sending } = state;
    if (!sending) return;
    const still = !navigator.onLine || Date.now() - sending.at >= STILL_MS;
    if (still === Boolean(sending.still) || !fieldOf(id)) return;
    sending.still = still;
    sending.stood = sending.stood || still;
    const words = wordsOf(fieldOf(id));
    const alone = !state.files.length && words.alone;
    state.problems = still ? [(alone || words).still] : [];
    draw(id);
  }

  /* What a cancelled or a lost upload means depends on whether the server had all of it. */
  function named(outcome, sending) {
    const whole = sending.begun && sending.total && sending.sent >= sending.total;
    return whole && typeof outcome === "string" ? "unsure" : outcome;
  }

  /* What came of it: {status, body}, or the name of what went wrong. */
  async function attempt(field, state) {
    const { action } = field.dataset;
    const asked = query(field, state.files);
    const sending = state.sending;
    try {
      const gone = await unreadable(state.files);
      if (gone) return { status: 0, body: { error: filled(wordsOf(field).unreadable, gone) } };
      if (asked) {
        const welcome = await ask(sending, "GET", action + asked, null);
        if (welcome.status >= 400) return welcome;
      }
      const form = bodyOf(field, state.files);
      sending.begun = true;
      moved(field.dataset.for);
      return await ask(sending, "POST", action + asked, form, (event) => {
        Object.assign(sending, { sent: event.loaded, total: event.total });
        moved(field.dataset.for);
        if (fieldOf(field.dataset.for)) drawProgress(fieldOf(field.dataset.for), sending);
      });
    } catch (problem) {
      return problem;
    }
  }

  async function unreadable(files) {
    for (const file of files) {
      const start = await file.slice(0, 1).arrayBuffer().catch(() => null);
      if (!start) return { name: nameOf(file) };
    }
    return null;
  }

  async function conclude(field, state, outcome) {
    const id = field.dataset.for;
    const words = wordsOf(field);
    const there = fieldOf(id);
    const focused = document.activeElement;
    const held = there && (there.contains(focused) || focused === document.body);
    const { stood } = state.sending;
    outcome = named(outcome, state.sending);
    if (outcome === "cancelled") state.rests = Date.now() + REST_MS;
    state.sending = null;
    state.problems = [];
    state.again = outcome.body && outcome.body.again; /* what says that its refusal was read */
    if (outcome.status >= 200 && outcome.status < 300) {
      Object.assign(state, { files: [], refused: [], said: outcome.body.said || "", typed: {} });
      if (there) tellPage(there, outcome.body);
    } else {
      const kind = state.files.length ? words : { ...words, ...words.alone };
      Object.assign(state, failure(outcome, kind), { failed: isWorthAgain(outcome, stood) });
    }
    draw(id);
    if (!there) return;
    speak(there, state.said || "");
    if (outcome.body && outcome.body.field) blame(there, outcome.body);
    else if (held) there.querySelector("[data-does=send]").focus({ preventScroll: true });
  }

  function failure(outcome, words) {
    if (typeof outcome === "string") return { problems: [words[outcome] || words.lost] };
    if (outcome.status === 401) return { problems: [words.ended], link: signIn() };
    const { error, reference, field } = outcome.body;
    if (field) return { problems: [] };
    return { problems: [error ? [error, reference].filter(Boolean).join(" ") : words.lost] };
  }

  /* What was refused is refused again: only what did not get through is worth another try. */
  function isWorthAgain(outcome, stood) {
    if (typeof outcome === "string") return stood || outcome !== "cancelled";
    return [401, 429].includes(outcome.status) || outcome.status >= 500;
  }

  function signIn() {
    const here = window.location.pathname + window.location.search;
    return "/connexion?next=" + encodeURIComponent(here);
  }

  function tellPage(field, answer) {
    const put = window.dash_clientside.set_props;
    put(field.dataset.answer, { data: answer });
    Object.values(JSON.parse(field.dataset.fields)).forEach((id) => put(id, { value: "" }));
  }

  /* What the page shows of one file is not what it would show of the next. */
  function forget(field) {
    if (field.dataset.multiple === "yes") return;
    window.dash_clientside.set_props(field.dataset.answer, { data: null });
  }

  /* ---- The fields that go with the files: what is typed in them is kept with these ---- */

  function keepTyped(input) {
    document.querySelectorAll("[data-kit=files]").forEach((field) => {
      const found = Object.entries(JSON.parse(field.dataset.fields)).find(([, id]) => id === input.id);
      if (found) stateOf(field.dataset.for).typed[found[0]] = input.value;
    });
  }

  function restore(field, state) {
    Object.entries(JSON.parse(field.dataset.fields)).forEach(([name, id]) => {
      const input = document.getElementById(id);
      if (input && !input.value && state.typed[name]) {
        window.dash_clientside.set_props(id, { value: state.typed[name] });
      }
    });
  }

  function clearFields(field) {
    Object.values(JSON.parse(field.dataset.fields)).forEach((id) => {
      const error = document.getElementById(id + "-error");
      if (error) error.textContent = "";
    });
  }

  function blame(field, answer) {
    const id = JSON.parse(field.dataset.fields)[answer.field];
    const error = document.getElementById(id + "-error");
    const input = document.getElementById(id);
    if (error) error.textContent = answer.error;
    if (input) input.focus();
  }

  /* ---- Listening ---- */

  function entry(field, key, more) {
    const input = make("input", {
      type: "file",
      id: field.dataset.for + "-" + key,
      className: "visually-hidden",
      ...more,
    });
    if (document.getElementById(field.dataset.for + "-hint")) {
      input.setAttribute("aria-describedby", field.dataset.for + "-hint");
    }
    return input;
  }

  function mount(field) {
    if (field.dataset.ready) return;
    field.dataset.ready = "yes";
    const multiple = field.dataset.multiple === "yes";
    part(field, "entry").append(entry(field, "input", { accept: field.dataset.accept, multiple }));
    const camera = part(field, "camera");
    if (camera) {
      const photo = entry(field, "photo", { accept: "image/*" });
      photo.setAttribute("capture", "environment");
      camera.append(photo);
    }
    const state = stateOf(field.dataset.for);
    if (state.seen) Object.assign(state, { said: "", link: state.files.length ? state.link : "" });
    state.seen = true;
    restore(field, state);
    draw(field.dataset.for);
  }

  function fieldAt(target) {
    return target && target.closest ? target.closest("[data-kit=files]") : null;
  }

  function lift(except) {
    document.querySelectorAll(".drop-over").forEach((drop) => {
      if (drop !== except) drop.classList.remove("drop-over");
    });
  }

  let asked = false;

  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(() => {
      asked = false;
      document.querySelectorAll("[data-kit=files]").forEach(mount);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("change", (event) => {
    const field = fieldAt(event.target);
    if (!field || event.target.type !== "file") return;
    choose(field, [...event.target.files], []);
    event.target.value = "";
  });

  document.addEventListener("input", (event) => keepTyped(event.target));

  ["offline", "online"].forEach((kind) => {
    window.addEventListener(kind, () => {
      states.forEach((state, id) => {
        if (!state.sending) return;
        if (kind === "online") moved(id);
        else look(id);
      });
    });
  });

  document.addEventListener("click", (event) => {
    const field = fieldAt(event.target);
    const pressed = field ? event.target.closest("[data-does]") : null;
    if (!pressed) return;
    const state = stateOf(field.dataset.for);
    if (pressed.dataset.does === "send") send(field);
    else if (pressed.dataset.does === "remove") remove(field, Number(pressed.dataset.place));
    else if (state.sending && state.sending.request) state.sending.request.abort();
  });

  /* Beside the field, a dropped file would replace the page, and what was chosen with it. */
  ["dragenter", "dragover", "dragleave", "drop"].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      const carries = event.dataTransfer && [...event.dataTransfer.types].includes("Files");
      if (!carries || !document.querySelector("[data-kit=files]")) return;
      event.preventDefault();
      const field = fieldAt(event.target);
      const over = field && kind !== "drop" && kind !== "dragleave" ? field.querySelector(".drop") : null;
      event.dataTransfer.dropEffect = field ? "copy" : "none";
      lift(over);
      if (over) over.classList.add("drop-over");
      if (field && kind === "drop") {
        const { files, folders } = dropped(event.dataTransfer);
        choose(field, files, folders);
      }
    });
  });

  /* What is on the page and would be lost with it. */
  function isPending(state, id) {
    if (state.sending) return true;
    const waits = state.files.length || state.preparing.length;
    return Boolean(fieldOf(id)) && (waits || Object.values(state.typed).some((text) => text.trim()));
  }

  window.addEventListener("beforeunload", (event) => {
    if ([...states].some(([id, state]) => isPending(state, id))) event.preventDefault();
  });

  /* The session ended elsewhere on the page (session.js): stay, while files wait in a field, or
     while it says that they are deposited. */
  document.addEventListener("portal-leaving", (event) => {
    states.forEach((state, id) => {
      const field = state.files.length || state.said ? fieldOf(id) : null;
      if (!field) return;
      event.preventDefault();
      if (state.sending) return;
      const words = wordsOf(field);
      const text = state.files.length ? words.ended : words.ended_after;
      Object.assign(state, { problems: [text], link: signIn() });
      draw(id);
    });
  });

  window.portalFiles = { judged };
})();
