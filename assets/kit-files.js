// @ts-check
/* The field of files: chosen, dropped or photographed, kept until the server has them, sent with
   their progress. components/kit/files.py draws the field and says what its address answers. */
const kitFiles = (() => {
  "use strict";

  /** @typedef {ReturnType<typeof kitFilesSending.begin>} Sending */
  /** @typedef {ReturnType<typeof kitFilesField.newState>} FieldState */

  const STILL_MS = 15000; /* without any progress: the network may be frozen, which nothing else tells */
  const REST_MS = 600; /* after a cancel: the second tap of a double one falls on "send" */
  const { nameOf, totalSize } = kitFilesRules;
  const { states, stateOf, idOf, isMultiple, part, button, wordsOf, wayOf, fieldsBeside, inputOf, fieldValue, fileInput } =
    kitFilesField;
  const { make, draw, drawProgress, speak } = kitFilesDrawing;

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
    const there = kitFilesField.find(id);
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
    if (wayOf(field).at_once && state.files.length && !state.problems.length) send(field);
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
      const value = fieldValue(id);
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
        const there = kitFilesField.find(id);
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
    const there = kitFilesField.find(id);
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
    const field = kitFilesField.find(id);
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
    if (input.closest("[data-kit=picker]")) return; /* it keeps its choice */
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

  /** Tell whether something is on the page that would be lost with it.
   * @param {FieldState} state @param {string} id */
  function isPending(state, id) {
    if (state.sending) return true;
    const waits = state.files.length || state.preparing.length;
    return Boolean(kitFilesField.find(id)) && (waits || Object.values(state.typed).some((text) => text.trim()));
  }

  window.addEventListener("beforeunload", (event) => {
    if ([...states].some(([id, state]) => isPending(state, id))) event.preventDefault();
  });

  /* The session ended elsewhere on the page (session.js): stay, while files wait in a field, or
     while it says that they are deposited. */
  document.addEventListener("portal-leaving", (event) => {
    states.forEach((state, id) => {
      const field = state.files.length || state.answer ? kitFilesField.find(id) : null;
      if (!field) return;
      event.preventDefault();
      if (state.sending) return;
      const words = wordsOf(field);
      const text = state.files.length ? words.ended : words.ended_after;
      Object.assign(state, { problems: [text], link: kitFilesSending.signInAddress() });
      draw(id);
    });
  });

  return { judge, choose };
})();
