// @ts-check
/* The pages of a contract, as they come in sight. */
const contractsPages = (() => {
  "use strict";

  /** @param {string} address */
  async function fetchPage(address) {
    const answer = await fetch(address, { headers: { Accept: "image/png,application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return { octets: await answer.blob(), pages: Number(answer.headers.get("X-Pages")) || 1 };
  }

  /** @param {string} alt */
  function makeImage(alt) {
    const image = document.createElement("img");
    image.alt = alt;
    image.className = "contracts-page";
    return image;
  }

  /** @param {HTMLImageElement} image @param {Blob} octets */
  function fill(image, octets) {
    const address = URL.createObjectURL(octets);
    image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
    image.src = address;
  }

  /** Draw the first page, which says how many there are; the others are asked for when they come near.
   * @param {HTMLElement} box */
  async function draw(box) {
    const words = portal.parseData(box, "words");
    try {
      const first = await fetchPage(`${box.dataset.address}1.png`);
      const images = Array.from({ length: first.pages }, (_none, place) =>
        makeImage(portal.fillBlanks(words.page, { page: place + 1, pages: first.pages }))
      );
      box.replaceChildren(...images);
      fill(images[0], first.octets);
      images.slice(1).forEach((image) => observer.observe(image));
    } catch {
      showBroken(box, words.broken);
    }
  }

  /** @param {HTMLElement} box @param {string} words */
  function showBroken(box, words) {
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = words;
    box.replaceChildren(line);
    const text = box.parentElement?.querySelector(".contracts-written");
    if (text instanceof HTMLDetailsElement) text.open = true;
  }

  /** @param {HTMLImageElement} image */
  async function drawNear(image) {
    const box = image.closest("[data-contracts=pages]");
    if (!box) return;
    const place = [...box.children].indexOf(image) + 1;
    const page = await fetchPage(`${box.dataset.address}${place}.png`).catch(() => null);
    if (page) fill(image, page.octets);
  }

  const observer = new IntersectionObserver(
    (entries) => {
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach(({ target }) => {
          observer.unobserve(target);
          drawNear(/** @type {HTMLImageElement} */ (target));
        });
    },
    { rootMargin: "600px" }
  );

  function mount() {
    portal.all("[data-contracts=pages]:not([data-poured])").forEach((box) => {
      box.dataset.poured = "yes";
      draw(box);
    });
  }

  return { mount };
})();
