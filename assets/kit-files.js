// @ts-check
/* The field of files: chosen, dropped or photographed, kept until the server has them, sent with
   their progress. components/kit/files.py draws the field and says what its address answers. */
const kitFiles = (() => {
  "use strict";

  /** @typedef {ReturnType<typeof kitFilesSending.begin>} Sending */
  /** @typedef {{name: string, asks: boolean, body: Record<string, string[]>, most: [number, number] | null, optional: boolean}} Way */
  /** @typedef {ReturnType<typeof newState>} FieldState */

  const STEP = 25; /* percent between two announcements to a screen reader */
  const STILL_MS = 15000; /* without any progress: the network may be frozen, which nothing else tells */
  const REST_MS = 600; /* after a cancel: the second tap of a double one falls on "send" */
  const states = /** @type {Map<string, FieldState>} */ (new Map()); /* they outlive the page, and so does an upload */
  const { nameOf, formatSize, totalSize } = kitFilesRules;

  /* ---- The field and what is known of it ---- */

  /** @param {string} id */
  function fieldOf(id) {
    return document.querySelector(`[data-kit=files][data-for="${id}"]`);
  }

  function newState() {
    return {
      files: /** @type {File[]} */ ([]),
      preparing: /** @type {File[]} */ ([]) /* photos being made smaller */,
      problems: /** @type {string[]} */ ([]),
      refused: /** @type {string[]} */ ([]) /* the problems of what was chosen last */,
      link: "",
      answer: "" /* what the server said of files that it took */,
      sending: /** @type {Sending | null} */ (null),
      sendsOnceReady: false,
      hasFailed: false,
      typed: /** @type {Record<string, string>} */ ({}) /* in the fields that go with the files */,
      again: /** @type {Record<string, string>} */ ({}) /* what says that its refusal was read */,
      restsUntil: 0,
      wasMounted: false,
    };
  }

  /** @param {string} id */
  function stateOf(id) {
    const state = states.get(id) ?? newState();
    states.set(id, state);
    return state;
  }

  /** @param {HTMLElement} field */
  function idOf(field) {
    return field.dataset.for ?? "";
  }

  /** @param {HTMLElement} field */
  function isMultiple(field) {
    return field.dataset.multiple === "yes";
  }

  /** @param {HTMLElement} field @param {string} name */
  function part(field, name) {
    return portal.need(`[data-part=${name}]`, field);
  }

  /** @param {HTMLElement} field @param {string} act */
  function button(field, act) {
    return /** @type {HTMLButtonElement} */ (portal.need(`[data-does=${act}]`, field));
  }

  /** @param {HTMLElement} field
   * @returns {any} */
  function wordsOf(field) {
    return portal.parseData(field, "words");
  }

  /** @param {HTMLElement} field
   * @returns {Way} */
  function wayOf(field) {
    return portal.parseData(field, "way");
  }

  /** List the fields that go with the files, as pairs of name and id.
   * @param {HTMLElement} field
   * @returns {[string, string][]} */
  function fieldsBeside(field) {
    return Object.entries(portal.parseData(field, "fields"));
  }

  /** @param {string} id */
  function inputOf(id) {
    return /** @type {HTMLInputElement | null} */ (document.getElementById(id));
  }

  /** @param {HTMLElement} field */
  function fileInput(field) {
    return portal.need("input[type=file]", field);
  }

  /** @template {keyof HTMLElementTagNameMap} K
   * @param {K} name @param {Partial<HTMLElementTagNameMap[K]>} properties @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[K]} */
  function make(name, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  /** @param {string} name */
  function icon(name) {
    const glyph = make("i", { className: `bi bi-${name}` });
    glyph.setAttribute("aria-hidden", "true");
    return glyph;
  }

  /* ---- Drawing ---- */

  /** @param {string} id */
  function draw(id) {
    const field = fieldOf(id);
    if (!field) return;
    const state = stateOf(id);
    drawList(field, state);
    drawProblems(field, state);
    drawSending(field, state);
    part(field, "said").textContent = state.answer;
    part(field, "thanks").hidden = !state.answer;
    part(field, "first").hidden = state.hasFailed;
    part(field, "again").hidden = !state.hasFailed;
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawList(field, state) {
    const list = part(field, "list");
    list.hidden = !state.files.length && !state.preparing.length;
    list.replaceChildren(
      ...state.files.map((file, place) => drawFile(field, state, file, place)),
      ...state.preparing.map((file) => drawPreparing(field, file))
    );
  }

  /** @param {HTMLElement} field @param {FieldState} state @param {File} file @param {number} place */
  function drawFile(field, state, file, place) {
    const words = wordsOf(field);
    const name = nameOf(file);
    const label = portal.fillBlanks(words.remove, { name });
    const hidden = make("span", { className: "visually-hidden" }, label);
    const look = { type: /** @type {const} */ ("button"), className: "btn btn-icon btn-sm", title: label };
    const remove = make("button", look, icon("x-lg"), hidden);
    remove.dataset.does = "remove";
    remove.dataset.place = String(place);
    remove.disabled = Boolean(state.sending);
    const isBad = kitFilesRules.isBlamed(state.problems, name);
    return make(
      "li",
      isBad ? { className: "file-bad" } : {},
      icon(isBad ? "exclamation-circle" : "file-earmark"),
      make("bdi", { className: "file-name" }, name),
      ...(isBad ? [make("span", { className: "file-blame" }, words.bad)] : []),
      make("span", { className: "file-size" }, formatSize(file.size)),
      remove
    );
  }

  /** @param {HTMLElement} field @param {File} file */
  function drawPreparing(field, file) {
    const words = wordsOf(field);
    const name = make("bdi", { className: "file-name" }, nameOf(file));
    return make("li", {}, icon("hourglass-split"), name, make("span", { className: "file-size" }, words.preparing));
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawProblems(field, state) {
    const words = wordsOf(field);
    const lines = state.problems.map((text) => make("p", {}, text));
    if (state.link) {
      const aside = state.files.length ? { target: "_blank", rel: "noopener" } : {};
      const text = state.files.length ? words.sign_in : words.sign_in_here;
      lines.push(make("p", {}, make("a", { href: state.link, ...aside }, text)));
    }
    part(field, "error").replaceChildren(...lines);
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawSending(field, state) {
    const { sending } = state;
    field.toggleAttribute("data-sending", Boolean(sending));
    part(field, "progress").hidden = !sending;
    button(field, "send").disabled = Boolean(sending || state.sendsOnceReady);
    button(field, "cancel").hidden = !sending;
    portal.all("input[type=file]", field).forEach((input) => {
      /** @type {HTMLInputElement} */ (input).disabled = Boolean(sending);
    });
    if (sending) drawProgress(field, sending);
  }

  /** @param {HTMLElement} field @param {Sending} sending */
  function drawProgress(field, sending) {
    const words = wordsOf(field);
    const share = sending.total ? sending.sent / sending.total : 0;
    const progress = portal.fillBlanks(words.sending, { percent: kitFilesRules.formatPercent(share) });
    const label = share >= 1 ? words.saving : progress;
    part(field, "label").textContent = sending.begun ? label : words.starting;
    const sizes = { sent: formatSize(share * sending.size), total: formatSize(sending.size) };
    part(field, "note").textContent = sending.begun ? portal.fillBlanks(words.sent, sizes) : "";
    button(field, "cancel").hidden = share >= 1 && !sending.isStill; /* too late, unless nothing answers */
    part(field, "done").style.width = `${share * 100}%`;
    part(field, "bar").setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    const step = Math.floor((share * 100) / STEP);
    if (sending.begun && step !== sending.step) {
      sending.step = step;
      speak(field, label);
    }
  }

  /** @param {HTMLElement | null} field @param {string} sentence */
  function speak(field, sentence) {
    if (field) part(field, "spoken").textContent = sentence;
  }

  /* ---- Choosing ---- */

  /** Add files; a photo takes a moment to be made smaller: it is said, and what sends waits for it.
   * @param {HTMLElement} field @param {File[]} files @param {string[]} folders that were dropped too */
  async function choose(field, files, folders) {
    const id = idOf(field);
    const state = stateOf(id);
    const most = wayOf(field).most;
    const large = files.filter((file) => most && kitFilesSending.isLargePhoto(file, most[1]));
    if (!large.length) {
      add(field, files, folders);
      return;
    }
    state.preparing.push(...large);
    draw(id);
    speak(field, wordsOf(field).preparing);
    const fit = await Promise.all(
      files.map((file) => (large.includes(file) ? kitFilesSending.makeSmaller(file) : file))
    );
    state.preparing = state.preparing.filter((file) => !large.includes(file));
    add(field, fit, folders);
    if (!state.sendsOnceReady || state.preparing.length) return;
    state.sendsOnceReady = false;
    draw(id);
    const there = fieldOf(id);
    if (there && !state.problems.length) send(there);
  }

  /** @param {HTMLElement} field @param {File[]} files @param {string[]} folders */
  function add(field, files, folders) {
    const id = idOf(field);
    const state = stateOf(id);
    if (state.sending) return;
    const words = wordsOf(field);
    const added = isMultiple(field) ? files : files.slice(0, 1);
    const { chosen, problems } = judge(field, isMultiple(field) ? state.files : [], added);
    state.problems = [...folders.map((name) => portal.fillBlanks(words.folder, { name })), ...problems];
    if (added.length || folders.length || isMultiple(field)) state.files = chosen;
    Object.assign(state, { answer: "", link: "", hasFailed: false, refused: state.problems });
    forgetAnswer(field);
    draw(id);
    speak(field, state.files.map(nameOf).join(", "));
  }

  /** Add those of *files* that the field takes to what was chosen *before*, with a sentence for each of the others.
   * @param {HTMLElement} field @param {File[]} before @param {File[]} files */
  function judge(field, before, files) {
    const accept = field.dataset.accept ?? "";
    return kitFilesRules.judge(before, files, { words: wordsOf(field), limits: limitsOf(field), accept });
  }

  /** @param {HTMLElement} field */
  function limitsOf(field) {
    const most = wayOf(field).most;
    if (most) return { file: most[1], deposit: most[0] * most[1], files: most[0] };
    const { fileOctets, depositOctets, depositFiles } = portal.need("#trouble").dataset;
    return { file: Number(fileOctets), deposit: Number(depositOctets), files: Number(depositFiles) };
  }

  /** Return the files that were dropped, and the names of the folders.
   * @param {DataTransfer} transfer */
  function readDrop(transfer) {
    const items = [...(transfer.items || [])].filter((item) => item.kind === "file");
    if (!items.length) return { files: [...transfer.files], folders: [] };
    const files = /** @type {File[]} */ ([]);
    const folders = /** @type {string[]} */ ([]);
    items.forEach((item) => {
      const entry = item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
      const file = entry?.isDirectory ? null : item.getAsFile();
      if (entry?.isDirectory) folders.push(entry.name);
      else if (file) files.push(file);
    });
    return { files, folders };
  }

  /** @param {HTMLElement} field @param {number} place */
  function remove(field, place) {
    const id = idOf(field);
    const state = stateOf(id);
    state.files = state.files.filter((_file, rank) => rank !== place);
    Object.assign(state, { problems: [], refused: [], link: "", hasFailed: false });
    draw(id);
    const rest = portal.all("[data-does=remove]", field);
    (rest[Math.min(place, rest.length - 1)] || fileInput(field)).focus();
  }

  /* ---- Sending ---- */

  /** @param {HTMLElement} field @param {File[]} files */
  function bodyOf(field, files) {
    const form = new FormData();
    const way = wayOf(field);
    Object.entries(way.body).forEach(([name, values]) => {
      values.forEach((value) => form.append(name, value));
    });
    if (!way.asks) {
      fieldsBeside(field).forEach(([name, id]) => {
        const input = inputOf(id);
        if (input) form.append(name, input.value);
      });
    }
    Object.entries(stateOf(idOf(field)).again).forEach(([name, value]) => form.set(name, value));
    files.forEach((file) => form.append(way.name, file, file.name));
    return form;
  }

  /** @param {HTMLElement} field @param {File[]} files */
  function queryOf(field, files) {
    if (!wayOf(field).asks) return "";
    const query = new URLSearchParams();
    fieldsBeside(field).forEach(([name, id]) => {
      const value = inputOf(id)?.value.trim();
      if (value) query.set(name, value);
    });
    query.set("files", String(files.length));
    query.set("octets", String(totalSize(files)));
    return `?${query}`;
  }

  /** @param {HTMLElement} field */
  async function send(field) {
    const id = idOf(field);
    const state = stateOf(id);
    if (state.sending || Date.now() < state.restsUntil) return;
    if (state.preparing.length) {
      state.sendsOnceReady = true;
      draw(id);
      return;
    }
    clearErrors(field);
    Object.assign(state, { problems: [], link: "", answer: "", hasFailed: false });
    forgetAnswer(field);
    if (!state.files.length && !wayOf(field).optional) {
      state.problems = state.refused.length ? state.refused : [wordsOf(field).none];
      draw(id);
      fileInput(field).focus();
      return;
    }
    const sending = kitFilesSending.begin(totalSize(state.files));
    state.sending = sending;
    noteProgress(id);
    draw(id);
    const watch = window.setInterval(() => lookForStill(id), 1000);
    const outcome = await attempt(field, state, sending);
    window.clearInterval(watch);
    conclude(field, state, sending, kitFilesSending.interpret(outcome, sending));
  }

  /** @param {HTMLElement} field @param {FieldState} state @param {Sending} sending
   * @returns {Promise<{status: number, body: any} | string>} */
  async function attempt(field, state, sending) {
    const id = idOf(field);
    const action = field.dataset.action ?? "";
    const query = queryOf(field, state.files);
    try {
      const gone = await kitFilesSending.findUnreadable(state.files);
      if (gone) {
        const error = portal.fillBlanks(wordsOf(field).unreadable, { name: nameOf(gone) });
        return { status: 0, body: { error } };
      }
      if (query) {
        const welcome = await kitFilesSending.request(sending, "GET", action + query, null, null);
        if (welcome.status >= 400) return welcome;
      }
      const form = bodyOf(field, state.files);
      sending.begun = true;
      noteProgress(id);
      return await kitFilesSending.request(sending, "POST", action + query, form, (event) => {
        Object.assign(sending, { sent: event.loaded, total: event.total });
        noteProgress(id);
        const there = fieldOf(id);
        if (there) drawProgress(there, sending);
      });
    } catch (problem) {
      return String(problem);
    }
  }

  /** @param {HTMLElement} field @param {FieldState} state @param {Sending} sending
   * @param {{status: number, body: any} | string} outcome */
  function conclude(field, state, sending, outcome) {
    const id = idOf(field);
    const words = wordsOf(field);
    const there = fieldOf(id);
    const focused = document.activeElement;
    const isHere = there && (there.contains(focused) || focused === document.body);
    const body = typeof outcome === "string" ? null : outcome.body;
    if (outcome === "cancelled") state.restsUntil = Date.now() + REST_MS;
    Object.assign(state, { sending: null, problems: [], again: body?.again ?? {} });
    if (typeof outcome !== "string" && outcome.status >= 200 && outcome.status < 300) {
      Object.assign(state, { files: [], refused: [], answer: body.said || "", typed: {} });
      if (there) tellPage(there, body);
    } else {
      const kind = state.files.length ? words : { ...words, ...words.alone };
      Object.assign(state, kitFilesSending.describeFailure(outcome, kind));
      state.hasFailed = kitFilesSending.isWorthAgain(outcome, sending.wasStill);
    }
    draw(id);
    if (!there) return;
    speak(there, state.answer);
    if (body?.field) blame(there, body);
    else if (isHere) button(there, "send").focus({ preventScroll: true });
  }

  /* ---- A network that is frozen says nothing: neither an error nor an end ---- */

  /** @param {string} id */
  function noteProgress(id) {
    const { sending } = stateOf(id);
    if (sending) sending.at = Date.now();
    lookForStill(id);
  }

  /** @param {string} id */
  function lookForStill(id) {
    const state = stateOf(id);
    const { sending } = state;
    const field = fieldOf(id);
    if (!sending || !field) return;
    const isStill = !navigator.onLine || Date.now() - sending.at >= STILL_MS;
    if (isStill === sending.isStill) return;
    sending.isStill = isStill;
    sending.wasStill ||= isStill;
    const words = wordsOf(field);
    const alone = !state.files.length && words.alone;
    state.problems = isStill ? [(alone || words).still] : [];
    draw(id);
  }

  /** @param {HTMLElement} field @param {object} answer */
  function tellPage(field, answer) {
    portal.setProps(field.dataset.answer ?? "", { data: answer });
    fieldsBeside(field).forEach(([, id]) => portal.setProps(id, { value: "" }));
  }

  /** Forget what the page shows of one file: it is not what it would show of the next.
   * @param {HTMLElement} field */
  function forgetAnswer(field) {
    if (!isMultiple(field)) portal.setProps(field.dataset.answer ?? "", { data: null });
  }

  /* ---- The fields that go with the files: what is typed in them is kept with these ---- */

  /** @param {EventTarget | null} input */
  function keepTyped(input) {
    if (!(input instanceof HTMLElement && "value" in input)) return;
    const { id, value } = /** @type {HTMLInputElement} */ (input);
    portal.all("[data-kit=files]").forEach((field) => {
      const beside = fieldsBeside(field).find(([, other]) => other === id);
      if (beside) stateOf(idOf(field)).typed[beside[0]] = value;
    });
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function restoreTyped(field, state) {
    fieldsBeside(field).forEach(([name, id]) => {
      const input = inputOf(id);
      if (input && !input.value && state.typed[name]) portal.setProps(id, { value: state.typed[name] });
    });
  }

  /** @param {HTMLElement} field */
  function clearErrors(field) {
    fieldsBeside(field).forEach(([, id]) => writeError(id, ""));
  }

  /** @param {string | undefined} id @param {string} words */
  function writeError(id, words) {
    const error = document.getElementById(`${id}-error`);
    if (error) error.textContent = words;
  }

  /** @param {HTMLElement} field @param {{field: string, error: string}} answer */
  function blame(field, answer) {
    const id = Object.fromEntries(fieldsBeside(field))[answer.field];
    writeError(id, answer.error);
    inputOf(id)?.focus();
  }

  /* ---- Listening ---- */

  /** @param {HTMLElement} field @param {string} key @param {Partial<HTMLInputElement>} more */
  function makeInput(field, key, more) {
    const id = idOf(field);
    const input = make("input", { type: "file", id: `${id}-${key}`, className: "visually-hidden", ...more });
    if (document.getElementById(`${id}-hint`)) input.setAttribute("aria-describedby", `${id}-hint`);
    return input;
  }

  /** @param {HTMLElement} field */
  function mount(field) {
    if (field.dataset.ready) return;
    field.dataset.ready = "yes";
    const accept = field.dataset.accept ?? "";
    part(field, "entry").append(makeInput(field, "input", { accept, multiple: isMultiple(field) }));
    const camera = field.querySelector("[data-part=camera]");
    if (camera) {
      const photo = makeInput(field, "photo", { accept: "image/*" });
      photo.setAttribute("capture", "environment");
      camera.append(photo);
    }
    const state = stateOf(idOf(field));
    if (state.wasMounted) Object.assign(state, { answer: "", link: state.files.length ? state.link : "" });
    state.wasMounted = true;
    restoreTyped(field, state);
    draw(idOf(field));
  }

  portal.afterChanges(() => portal.all("[data-kit=files]").forEach(mount));

  document.addEventListener("change", (event) => {
    const field = portal.closest(event, "[data-kit=files]");
    const input = event.target;
    if (!field || !(input instanceof HTMLInputElement) || input.type !== "file") return;
    choose(field, [...(input.files ?? [])], []);
    input.value = "";
  });

  document.addEventListener("input", (event) => keepTyped(event.target));

  ["offline", "online"].forEach((kind) => {
    window.addEventListener(kind, () => {
      states.forEach((state, id) => {
        if (!state.sending) return;
        if (kind === "online") noteProgress(id);
        else lookForStill(id);
      });
    });
  });

  document.addEventListener("click", (event) => {
    const field = portal.closest(event, "[data-kit=files]");
    const pressed = field && portal.closest(event, "[data-does]");
    if (!pressed) return;
    if (pressed.dataset.does === "send") send(field);
    else if (pressed.dataset.does === "remove") remove(field, Number(pressed.dataset.place));
    else stateOf(idOf(field)).sending?.request?.abort();
  });

  /** @param {Element | null} except */
  function unmarkDrops(except) {
    portal.all(".drop-over").forEach((drop) => {
      if (drop !== except) drop.classList.remove("drop-over");
    });
  }

  /* Beside the field, a dropped file would replace the page, and what was chosen with it. */
  /** @param {DragEvent} event */
  function handleDrag(event) {
    const transfer = event.dataTransfer;
    if (!transfer || ![...transfer.types].includes("Files")) return;
    if (!document.querySelector("[data-kit=files]")) return;
    event.preventDefault();
    const field = portal.closest(event, "[data-kit=files]");
    const isOver = event.type !== "drop" && event.type !== "dragleave";
    const drop = isOver ? (field?.querySelector(".drop") ?? null) : null;
    transfer.dropEffect = field ? "copy" : "none";
    unmarkDrops(drop);
    drop?.classList.add("drop-over");
    if (field && event.type === "drop") {
      const { files, folders } = readDrop(transfer);
      choose(field, files, folders);
    }
  }

  document.addEventListener("dragenter", handleDrag);
  document.addEventListener("dragover", handleDrag);
  document.addEventListener("dragleave", handleDrag);
  document.addEventListener("drop", handleDrag);

  /** Tell whether something is on the page that would be lost with it.
   * @param {FieldState} state @param {string} id */
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
      const field = state.files.length || state.answer ? fieldOf(id) : null;
      if (!field) return;
      event.preventDefault();
      if (state.sending) return;
      const words = wordsOf(field);
      const text = state.files.length ? words.ended : words.ended_after;
      Object.assign(state, { problems: [text], link: kitFilesSending.signInAddress() });
      draw(id);
    });
  });

  return { judge };
})();
