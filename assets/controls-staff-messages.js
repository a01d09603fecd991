// @ts-check
/* Messages and notes of a control: what is being written, the files joined to it, and its sending. */
const deskMessages = (() => {
  "use strict";

  /** @typedef {{text: string, side: string, files: File[]}} Draft */

  const state = { drafts: /** @type {Map<string, Draft>} */ (new Map()) }; /* by control */

  function box() {
    return document.querySelector("#controls-desk-check .desk-writing");
  }

  /** Return what is being written about the control shown. */
  function draft() {
    const { uid = "" } = deskView.facts();
    const first = box()?.querySelector(".desk-side"); /* a note, where no message may be written */
    const side = first?.dataset.side || "message";
    const message = state.drafts.get(uid) ?? { text: "", side, files: [] };
    state.drafts.set(uid, message);
    return message;
  }

  function isUnsent() {
    return [...state.drafts.values()].some((message) => message.text.trim() || message.files.length);
  }

  function showDraft() {
    const place = box();
    if (!place) return;
    const message = draft();
    const text = /** @type {HTMLTextAreaElement} */ (portal.need("textarea", place));
    if (text.value !== message.text) text.value = message.text;
    kitCount.count(text);
    const label = place.dataset[message.side] ?? "";
    portal.setAttribute(text, "aria-label", label);
    portal.setAttribute(text, "placeholder", label);
    place.classList.toggle("desk-noting", message.side === "note");
    portal.all(".desk-side", place).forEach((side) => {
      portal.setAttribute(side, "aria-pressed", String(side.dataset.side === message.side));
    });
    showFiles(place, message.files);
    addFileInput(place);
  }

  /** @param {HTMLElement} place @param {File[]} files */
  function showFiles(place, files) {
    const list = portal.need(".desk-joined", place);
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file, rank) => fileLine(place, file, rank)));
  }

  /** @param {HTMLElement} place @param {File} file @param {number} rank */
  function fileLine(place, file, rank) {
    const line = document.createElement("li");
    const name = document.createElement("bdi");
    const remove = document.createElement("button");
    name.textContent = file.name;
    remove.type = "button";
    remove.className = "btn btn-icon";
    remove.dataset.desk = "unjoin";
    remove.dataset.rank = String(rank);
    remove.setAttribute("aria-label", portal.fillBlanks(place.dataset.remove ?? "", { name: file.name }));
    remove.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
    line.append(name, remove);
    return line;
  }

  /** @param {HTMLElement} place */
  function addFileInput(place) {
    const attach = portal.need(".desk-attach-place", place);
    if (attach.firstChild) return;
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = place.dataset.accept ?? "";
    input.className = "visually-hidden";
    input.addEventListener("change", () => {
      const message = draft();
      const { chosen, problems } = kitFiles.judge(place, message.files, [...(input.files ?? [])]);
      message.files = chosen;
      input.value = "";
      showProblem(place, problems.join(" "));
      showDraft();
    });
    attach.append(input);
  }

  /** @param {HTMLElement} place @param {string} words */
  function showProblem(place, words) {
    portal.need(".desk-problem", place).textContent = words;
  }

  /** Write a message, or a note.
   * @param {string} side */
  function turnTo(side) {
    draft().side = side;
    showDraft();
  }

  /** @param {number} rank */
  function removeFile(rank) {
    const place = box();
    if (!place) return;
    draft().files.splice(rank, 1);
    showProblem(place, "");
    showDraft();
    portal.need("input[type=file]", place).focus();
  }

  function enter() {
    deskView.goToStep("check");
    box()?.querySelector("textarea")?.focus();
  }

  /** @param {HTMLButtonElement} button */
  async function send(button) {
    const place = box();
    const { uid = "" } = deskView.facts();
    if (!place) return;
    const { text, side, files } = draft();
    const body = new FormData();
    body.append("texte", text);
    files.forEach((file) => body.append("pieces", file, file.name));
    if (side === "note") body.append("note", "1");
    button.disabled = true;
    const problem = await post(`/api/controles/${uid}/messages`, body, place.dataset.lost ?? "");
    button.disabled = false;
    showProblem(place, problem);
    if (problem) return;
    state.drafts.set(uid, { text: "", side, files: [] });
    if (deskView.facts().uid !== uid) return;
    showDraft();
    deskView.showThreadEnd();
    portal.sendPress("controls-desk-written", { uid, deposit: deskView.deposit() });
  }

  /** Post a form; return what went wrong, "" when nothing did.
   * @param {string} address @param {FormData} body @param {string} lost
   * @returns {Promise<string>} */
  async function post(address, body, lost) {
    try {
      const headers = { "X-CSRFToken": portal.csrfToken() };
      const answer = await window.fetch(address, { method: "POST", body, headers });
      if (answer.ok) return "";
      const refusal = await answer.json().catch(() => ({}));
      return refusal.error || lost;
    } catch {
      return lost;
    }
  }

  return { box, draft, isUnsent, showDraft, turnTo, removeFile, enter, send };
})();
