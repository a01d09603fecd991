// @ts-check
/* Files on their way to the server: photos made smaller, one request with its progress, and what its
   outcome means. */
const kitFilesSending = (() => {
  "use strict";

  /** @typedef {{status: number, body: any}} Answer */
  /** @typedef {Answer | string} Outcome an answer, or the name of what went wrong */
  /** @typedef {{begun: boolean, sent: number, total: number, size: number, step: number, at: number, isStill: boolean, wasStill: boolean, request: XMLHttpRequest | null}} Sending */

  const WIDEST = 2400; /* dots of the longer side of a photo made smaller: A4 at 200 an inch */

  /** Return a sending that begins.
   * @param {number} size octets of its files
   * @returns {Sending} */
  function begin(size) {
    const nothing = { begun: false, sent: 0, total: 0, step: -1, isStill: false, wasStill: false };
    return { ...nothing, size, at: Date.now(), request: null };
  }

  /** Tell a photo of a phone, which is often larger than what is taken: fewer dots keep its paper readable.
   * @param {File} file @param {number} most octets */
  function isLargePhoto(file, most) {
    return file.type === "image/jpeg" && file.size > most;
  }

  /** @param {File} file */
  async function makeSmaller(file) {
    const photo = await window.createImageBitmap(file).catch(() => null);
    if (!photo) return file;
    const share = Math.min(1, WIDEST / Math.max(photo.width, photo.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(photo.width * share);
    canvas.height = Math.round(photo.height * share);
    canvas.getContext("2d")?.drawImage(photo, 0, 0, canvas.width, canvas.height);
    photo.close();
    const blob = await /** @type {Promise<Blob | null>} */ (
      new Promise((resolve) => canvas.toBlob(resolve, file.type, 0.85))
    );
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name, { type: file.type, lastModified: file.lastModified });
  }

  /** Make one request; it rejects with "lost" or "cancelled", and answers otherwise.
   * @param {Sending} sending @param {"GET" | "POST"} method @param {string} address
   * @param {FormData | null} body @param {((event: ProgressEvent) => void) | null} onProgress
   * @returns {Promise<Answer>} */
  function request(sending, method, address, body, onProgress) {
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      sending.request = call;
      call.open(method, address);
      call.setRequestHeader("Accept", "application/json");
      call.setRequestHeader("X-CSRFToken", portal.csrfToken());
      if (onProgress) call.upload.onprogress = onProgress;
      call.onload = () => resolve({ status: call.status, body: parse(call.responseText) });
      call.onerror = () => reject("lost");
      call.onabort = () => reject("cancelled");
      call.send(body);
    });
  }

  /** @param {string} text
   * @returns {any} */
  function parse(text) {
    try {
      return JSON.parse(text) || {};
    } catch {
      return {};
    }
  }

  /** Find the first file that can no longer be read.
   * @param {File[]} files */
  async function findUnreadable(files) {
    for (const file of files) {
      const start = await file
        .slice(0, 1)
        .arrayBuffer()
        .catch(() => null);
      if (!start) return file;
    }
    return null;
  }

  /** Name what a cancelled or a lost upload means: it depends on whether the server had all of it.
   * @param {Outcome} outcome @param {Sending} sending
   * @returns {Outcome} */
  function interpret(outcome, sending) {
    const isWhole = sending.begun && sending.total && sending.sent >= sending.total;
    return isWhole && typeof outcome === "string" ? "unsure" : outcome;
  }

  /** Say what went wrong, and where to sign in again when that is what is needed.
   * @param {Outcome} outcome @param {Record<string, string>} words
   * @returns {{problems: string[], link?: string}} */
  function describeFailure(outcome, words) {
    if (typeof outcome === "string") return { problems: [words[outcome] || words.lost] };
    if (outcome.status === 401) return { problems: [words.ended], link: signInAddress() };
    const { error, reference, field } = outcome.body;
    if (field) return { problems: [] };
    return { problems: [error ? [error, reference].filter(Boolean).join(" ") : words.lost] };
  }

  /** Tell what is worth another try: only what did not get through; what was refused is refused again.
   * @param {Outcome} outcome @param {boolean} wasStill whether the network stood still meanwhile */
  function isWorthAgain(outcome, wasStill) {
    if (typeof outcome === "string") return wasStill || outcome !== "cancelled";
    return [401, 429].includes(outcome.status) || outcome.status >= 500;
  }

  function signInAddress() {
    return `/connexion?next=${encodeURIComponent(portal.address())}`;
  }

  return {
    begin,
    isLargePhoto,
    makeSmaller,
    request,
    findUnreadable,
    interpret,
    describeFailure,
    isWorthAgain,
    signInAddress,
  };
})();
