// @ts-check
/* The field of files as the page has it, and what is known of it: its state outlives the page, and so
   does an upload. components/kit/files.py draws the field. */
const kitFilesField = (() => {
  "use strict";

  /** @typedef {ReturnType<typeof kitFilesSending.begin>} Sending */
  /** @typedef {{name: string, asks: boolean, body: Record<string, string[]>, most: [number, number] | null, optional: boolean, at_once: boolean}} Way */
  /** @typedef {ReturnType<typeof newState>} FieldState */

  const states = /** @type {Map<string, FieldState>} */ (new Map());

  /** @param {string} id */
  function find(id) {
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

  /** Return what goes with the files from a field beside them: of a picker, the value chosen.
   * @param {string} id */
  function fieldValue(id) {
    const input = inputOf(id);
    const picker = /** @type {HTMLElement | null | undefined} */ (input?.closest("[data-kit=picker]"));
    return picker ? (picker.dataset.chosen ?? "") : (input?.value.trim() ?? "");
  }

  /** @param {HTMLElement} field */
  function fileInput(field) {
    return portal.need("input[type=file]", field);
  }

  return {
    states,
    find,
    newState,
    stateOf,
    idOf,
    isMultiple,
    part,
    button,
    wordsOf,
    wayOf,
    fieldsBeside,
    inputOf,
    fieldValue,
    fileInput,
  };
})();
