// @ts-check
/* Passkeys: a form that carries what the browser's authenticator made or signed. Without scripts,
   or in a browser that has none, these forms stay hidden. */
const passkeys = (() => {
  "use strict";

  /** Read base64url.
   * @param {string} text */
  function decode(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
  }

  /** Write base64url.
   * @param {ArrayBuffer} buffer */
  function encode(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /** @param {{id: string}[]} credentials */
  function decodeIds(credentials) {
    return credentials.map((credential) => ({ ...credential, id: decode(credential.id) }));
  }

  /** Read what the server wrote, with octets where it has base64url.
   * @param {any} options */
  function parseOptions(options) {
    const parsed = { ...options, challenge: decode(options.challenge) };
    if (options.user) parsed.user = { ...options.user, id: decode(options.user.id) };
    ["excludeCredentials", "allowCredentials"].forEach((name) => {
      if (options[name]) parsed[name] = decodeIds(options[name]);
    });
    return parsed;
  }

  /** Write what the authenticator made or signed, with base64url where it has octets.
   * @param {any} credential */
  function serialize(credential) {
    const response = /** @type {Record<string, string>} */ ({});
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
      const octets = credential.response[name];
      if (octets) response[name] = encode(octets);
    });
    const { id, rawId, type } = credential;
    return JSON.stringify({ id, rawId: encode(rawId), type, response, clientExtensionResults: {} });
  }

  /** @param {HTMLFormElement} form */
  async function create(form) {
    const publicKey = parseOptions(JSON.parse(form.dataset.passkeyCreate ?? "{}"));
    return navigator.credentials.create({ publicKey });
  }

  /** @param {HTMLFormElement} form */
  async function sign(form) {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    const answer = await fetch(form.dataset.passkeyGet ?? "", { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    return navigator.credentials.get({ publicKey: parseOptions(await answer.json()) });
  }

  /** @param {HTMLElement} element @param {(form: HTMLFormElement) => Promise<Credential | null>} ask */
  function bind(element, ask) {
    const form = /** @type {HTMLFormElement} */ (element);
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    const status = /** @type {HTMLElement} */ (form.querySelector(".door-told"));
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      status.textContent = "";
      try {
        const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
        field.value = serialize(await ask(form));
        form.submit();
      } catch (error) {
        const isKnown = error instanceof Error && error.name === "InvalidStateError";
        status.textContent = (isKnown && form.dataset.known) || form.dataset.failed || "";
        button.disabled = false;
        button.focus();
      }
    });
  }

  function start() {
    document.querySelectorAll("[data-passkey-create]").forEach((form) => bind(form, create));
    document.querySelectorAll("[data-passkey-get]").forEach((form) => bind(form, sign));
    document.querySelectorAll("[data-passkey-only]").forEach((line) => {
      line.hidden = false;
    });
    document.querySelectorAll("[data-passkey-missing]").forEach((note) => {
      note.hidden = true;
    });
  }

  if (window.PublicKeyCredential) start();

  return { decode, encode, parseOptions, serialize };
})();
