// @ts-check
/* What the field of files shows: its list, what is wrong, and how far the sending is. */
const kitFilesDrawing = (() => {
  "use strict";

  /** @typedef {ReturnType<typeof kitFilesSending.begin>} Sending */
  /** @typedef {ReturnType<typeof kitFilesField.newState>} FieldState */

  const STEP = 25; /* percent between two announcements to a screen reader */

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

  /** @param {string} id */
  function draw(id) {
    const field = kitFilesField.find(id);
    if (!field) return;
    const state = kitFilesField.stateOf(id);
    drawList(field, state);
    drawProblems(field, state);
    drawSending(field, state);
    kitFilesField.part(field, "said").textContent = state.answer;
    kitFilesField.part(field, "thanks").hidden = !state.answer;
    kitFilesField.part(field, "first").hidden = state.hasFailed;
    kitFilesField.part(field, "again").hidden = !state.hasFailed;
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawList(field, state) {
    const list = kitFilesField.part(field, "list");
    list.hidden = !state.files.length && !state.preparing.length;
    list.replaceChildren(
      ...state.files.map((file, place) => drawFile(field, state, file, place)),
      ...state.preparing.map((file) => drawPreparing(field, file))
    );
  }

  /** @param {HTMLElement} field @param {FieldState} state @param {File} file @param {number} place */
  function drawFile(field, state, file, place) {
    const words = kitFilesField.wordsOf(field);
    const name = kitFilesRules.nameOf(file);
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
      make("span", { className: "file-size" }, kitFilesRules.formatSize(file.size)),
      remove
    );
  }

  /** @param {HTMLElement} field @param {File} file */
  function drawPreparing(field, file) {
    const words = kitFilesField.wordsOf(field);
    const name = make("bdi", { className: "file-name" }, kitFilesRules.nameOf(file));
    return make("li", {}, icon("hourglass-split"), name, make("span", { className: "file-size" }, words.preparing));
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawProblems(field, state) {
    const words = kitFilesField.wordsOf(field);
    const lines = state.problems.map((text) => make("p", {}, text));
    if (state.link) {
      const aside = state.files.length ? { target: "_blank", rel: "noopener" } : {};
      const text = state.files.length ? words.sign_in : words.sign_in_here;
      lines.push(make("p", {}, make("a", { href: state.link, ...aside }, text)));
    }
    kitFilesField.part(field, "error").replaceChildren(...lines);
  }

  /** @param {HTMLElement} field @param {FieldState} state */
  function drawSending(field, state) {
    const { sending } = state;
    field.toggleAttribute("data-sending", Boolean(sending));
    kitFilesField.part(field, "progress").hidden = !sending;
    kitFilesField.button(field, "send").hidden = kitFilesField.wayOf(field).at_once && !state.files.length;
    kitFilesField.button(field, "send").disabled = Boolean(sending || state.sendsOnceReady);
    kitFilesField.button(field, "cancel").hidden = !sending;
    portal.all("input[type=file]", field).forEach((input) => {
      /** @type {HTMLInputElement} */ (input).disabled = Boolean(sending);
    });
    if (sending) drawProgress(field, sending);
  }

  /** @param {HTMLElement} field @param {Sending} sending */
  function drawProgress(field, sending) {
    const words = kitFilesField.wordsOf(field);
    const share = sending.total ? sending.sent / sending.total : 0;
    const progress = portal.fillBlanks(words.sending, { percent: kitFilesRules.formatPercent(share) });
    const label = share >= 1 ? words.saving : progress;
    kitFilesField.part(field, "label").textContent = sending.begun ? label : words.starting;
    const sizes = { sent: kitFilesRules.formatSize(share * sending.size), total: kitFilesRules.formatSize(sending.size) };
    kitFilesField.part(field, "note").textContent = sending.begun ? portal.fillBlanks(words.sent, sizes) : "";
    kitFilesField.button(field, "cancel").hidden = share >= 1 && !sending.isStill; /* too late, unless nothing answers */
    kitFilesField.part(field, "done").style.width = `${share * 100}%`;
    kitFilesField.part(field, "bar").setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    const step = Math.floor((share * 100) / STEP);
    if (sending.begun && step !== sending.step) {
      sending.step = step;
      speak(field, label);
    }
  }

  /** @param {HTMLElement | null} field @param {string} sentence */
  function speak(field, sentence) {
    if (field) kitFilesField.part(field, "spoken").textContent = sentence;
  }

  return { make, draw, drawProgress, speak };
})();
