/* Passkeys: a form that carries what the browser's authenticator made or signed. Without scripts,
   or in a browser that has none, these forms stay hidden. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential) return;

  function octets(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function descriptors(list) {
    return (list || []).map((known) => ({ ...known, id: octets(known.id) }));
  }

  /* What the server said, with octets where it wrote base64url. */
  function read(options) {
    const found = { ...options, challenge: octets(options.challenge) };
    if (options.user) found.user = { ...options.user, id: octets(options.user.id) };
    if (options.excludeCredentials) found.excludeCredentials = descriptors(options.excludeCredentials);
    if (options.allowCredentials) found.allowCredentials = descriptors(options.allowCredentials);
    return found;
  }

  /* What the authenticator said, with base64url where it has octets. */
  function written(credential) {
    const said = credential.response;
    const response = { clientDataJSON: text(said.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
      if (said[name]) response[name] = text(said[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: {},
    });
  }

  async function made(form) {
    const publicKey = read(JSON.parse(form.dataset.passkeyCreate));
    return navigator.credentials.create({ publicKey });
  }

  async function signed(form) {
    const answer = await fetch(form.dataset.passkeyGet, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    return navigator.credentials.get({ publicKey: read(await answer.json()) });
  }

  function bind(form, ask) {
    const button = form.querySelector("[type=submit]");
    const told = form.querySelector(".door-told");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      told.textContent = "";
      try {
        form.elements.credential.value = written(await ask(form));
        form.submit();
      } catch (error) {
        const known = error.name === "InvalidStateError" && form.dataset.known;
        told.textContent = known || form.dataset.failed;
        button.disabled = false;
        button.focus();
      }
    });
  }

  document.querySelectorAll("[data-passkey-create]").forEach((form) => bind(form, made));
  document.querySelectorAll("[data-passkey-get]").forEach((form) => bind(form, signed));
  document.querySelectorAll("[data-passkey-only]").forEach((line) => (line.hidden = false));
  document.querySelectorAll("[data-passkey-missing]").forEach((note) => (note.hidden = true));
})();
