/* Contracts: their pages as they come in sight, the code and its time, the signature, what buttons ask. */
(function () {
  "use strict";

  const GONE_MS = 4000; /* one press is one act */

  function filled(sentence, blanks) {
    return sentence.replace(/\{(\w+)\}/g, (blank, name) => (name in blanks ? blanks[name] : blank));
  }

  function setProps(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  let pressed = 0;

  function put(id, data) {
    pressed += 1;
    setProps(id, { data: { ...data, n: pressed } });
  }

  /* ---- The pages of a contract ---- */

  async function fetched(address) {
    const answer = await fetch(address, { headers: { Accept: "image/png,application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return { octets: await answer.blob(), pages: Number(answer.headers.get("X-Pages")) || 1 };
  }

  function picture(alt) {
    const image = document.createElement("img");
    image.alt = alt;
    image.className = "contracts-page";
    return image;
  }

  function show(image, octets) {
    const address = URL.createObjectURL(octets);
    image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
    image.src = address;
  }

  /* The first tells how many there are; the others are asked when they come near. */
  async function pour(box) {
    const { address } = box.dataset;
    const words = JSON.parse(box.dataset.words);
    try {
      const first = await fetched(`${address}1.png`);
      const images = Array.from({ length: first.pages }, (_none, place) =>
        picture(filled(words.page, { page: place + 1, pages: first.pages }))
      );
      box.replaceChildren(...images);
      show(images[0], first.octets);
      images.slice(1).forEach((image) => near.observe(image));
    } catch {
      broken(box, words);
    }
  }

  function broken(box, words) {
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.textContent = words.broken;
    box.replaceChildren(said);
    const text = box.parentElement && box.parentElement.querySelector(".contracts-written");
    if (text) text.open = true;
  }

  const near = new IntersectionObserver(
    (seen) =>
      seen
        .filter((one) => one.isIntersecting)
        .forEach(async ({ target }) => {
          near.unobserve(target);
          const box = target.closest("[data-contracts=pages]");
          const place = [...box.children].indexOf(target) + 1;
          const { octets } = await fetched(`${box.dataset.address}${place}.png`).catch(() => ({}));
          if (octets) show(target, octets);
        }),
    { rootMargin: "600px" }
  );

  function mount() {
    document.querySelectorAll("[data-contracts=pages]:not([data-poured])").forEach((box) => {
      box.dataset.poured = "yes";
      pour(box);
    });
    document.querySelectorAll("[data-contracts=left]:not([data-ends])").forEach((place) => {
      place.dataset.ends = String(performance.now() + Number(place.dataset.seconds) * 1000);
      tick();
    });
  }

  /* A page is drawn: what waits is said in the menu too, and what was just done is read first. */
  function count() {
    const told = document.querySelector("[data-contracts=waits]");
    if (!told || told.dataset.told === told.dataset.drawn) return;
    told.dataset.told = told.dataset.drawn;
    const place = document.querySelector('[data-counts="/contrats"]');
    if (place) place.textContent = told.dataset.count;
    if (!arrives) return;
    arrives = false;
    focusOn(() => document.querySelector(".drawer-body .notice-alert, .page .lead"));
  }

  let waits = false;

  new MutationObserver(() => {
    if (waits) return;
    waits = true;
    window.requestAnimationFrame(() => {
      waits = false;
      mount();
      count();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-drawn"] });

  /* ---- The time that a code has left ---- */

  function tick() {
    document.querySelectorAll("[data-contracts=left][data-ends]").forEach((place) => {
      const left = Math.ceil((Number(place.dataset.ends) - performance.now()) / 1000);
      const clock = `${Math.floor(left / 60)} min ${String(left % 60).padStart(2, "0")} s`;
      const said = left > 0 ? filled(place.dataset.words, { left: clock }) : place.dataset.over;
      if (place.textContent !== said) place.textContent = said;
    });
  }

  window.setInterval(tick, 1000);

  /* ---- Signing ---- */

  function token() {
    const found = document.cookie.split("; ").find((text) => text.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.slice("_csrf_token=".length)) : "";
  }

  function valueOf(id) {
    const entry = document.getElementById(id);
    return entry ? entry.value : "";
  }

  const FIELDS = { code: "contracts-code", app: "contracts-app-code" };

  /* The code on the screen serves no more: its time stops. */
  function stop() {
    document.querySelectorAll("[data-contracts=left]").forEach((place) => {
      if (Number(place.dataset.ends) > performance.now()) place.dataset.over = place.dataset.dead;
      place.dataset.ends = "0";
    });
    tick();
  }

  function blame(told) {
    if (told.dead) stop();
    Object.values(FIELDS).forEach((id) => say(`${id}-error`, ""));
    const box = document.querySelector(".contracts-problem");
    box.textContent = "";
    const id = FIELDS[told.field];
    const entry = id && document.getElementById(id);
    if (entry) {
      say(`${id}-error`, told.error);
      entry.setAttribute("aria-invalid", "true");
      entry.focus();
      entry.select();
    } else {
      box.textContent = told.error;
    }
  }

  function say(id, words) {
    const place = document.getElementById(id);
    if (place) place.textContent = words;
  }

  async function posted(button) {
    const consent = document.getElementById("contracts-consent");
    const body = new URLSearchParams({
      code: valueOf(FIELDS.code),
      code_application: valueOf(FIELDS.app),
      vu: button.dataset.seen,
      consentement: consent && consent.checked ? "1" : "",
    });
    const answer = await fetch(`/api/contrats/${button.dataset.uid}/signature`, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body,
    });
    return { ok: answer.ok, told: await answer.json().catch(() => ({})) };
  }

  /* A second press waits for the answer to the first: the server takes two for one anyway. */
  async function sign(button) {
    if (button.disabled) return;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const { ok, told } = await posted(button);
      if (ok) return moved(told);
      blame(told.error ? told : { error: button.dataset.lost });
    } catch {
      blame({ error: button.dataset.lost });
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }

  let arrives = false; /* the page that comes says what was done: it is read first */

  function moved({ uid, version }) {
    const asked = new URLSearchParams(window.location.search);
    asked.delete("etape");
    asked.set("contrat", uid);
    asked.set("n", version);
    arrives = true;
    setProps("frame-location", { href: `/contrats?${asked}` });
  }

  /* What comes is drawn a moment after Dash has it. */
  function focusOn(find) {
    window.setTimeout(() => {
      const place = find();
      if (!place) return;
      if (!place.matches("input, textarea")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }, 80);
  }

  /* ---- What buttons ask ---- */

  let wanted = false;

  function asked() {
    if (!wanted) return;
    wanted = false;
    const box = "#contracts-ask";
    focusOn(() => {
      const place = document.querySelector(`${box} .is-invalid`) || document.querySelector(`${box} h2`);
      if (place) arrives = false; /* asked again: nothing was done */
      return place;
    });
  }

  function coded() {
    focusOn(() => document.getElementById(FIELDS.code));
  }

  /* A step is not kept: its first wrong field comes into view. */
  function refused(words) {
    if (!words) return;
    focusOn(() => {
      const notes = [...document.querySelectorAll("#contracts-form .field-error")];
      const first = notes.find((note) => note.textContent);
      const field = first && first.closest(".field:not(.file-field)");
      return (field && field.querySelector("input, textarea")) || first;
    });
  }

  const presses = {
    ask: (button) => {
      wanted = true;
      put("contracts-asked", { act: button.dataset.act, uid: button.dataset.uid });
    },
    forget: () => put("contracts-asked", { act: "" }),
    confirm: (button) => {
      const said = {};
      document.querySelectorAll("#contracts-ask [id^=contracts-said-]:is(input, textarea)").forEach((entry) => {
        said[entry.id.replace("contracts-said-", "")] = entry.value;
      });
      button.disabled = true;
      window.setTimeout(() => (button.disabled = false), GONE_MS);
      wanted = true;
      arrives = true;
      const { act, uid, version } = button.dataset;
      put("contracts-confirmed", { act, uid, version, search: window.location.search, ...said });
    },
    sign,
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-contracts]");
    const act = button && presses[button.dataset.contracts];
    if (act) act(button);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof Element)) return;
    if (!Object.values(FIELDS).includes(event.target.id)) return;
    event.preventDefault();
    const button = document.querySelector("[data-contracts=sign]");
    if (button) sign(button);
  });

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* The name of a line opens its drawer. */
  parts.ContractsOpen = function ContractsOpen(props) {
    const value = props.value;
    if (!value || typeof value !== "object") return value ?? null;
    const onClick = (event) => window.portalDrawer.open(value.uid, event.currentTarget);
    const look = { type: "button", className: "cell-link rights-open", onClick };
    return window.React.createElement("button", look, value.text);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    contracts: { asked, coded, refused },
  });
})();
