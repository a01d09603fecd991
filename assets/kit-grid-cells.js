// @ts-check
/* What stands in the cells and heads of components/kit/grid.py; values are written in Python. */
(() => {
  "use strict";

  /** @param {any[]} args */
  function make(...args) {
    return window.React.createElement(...args);
  }

  /** Offer a cell that is drawn from a dict; any other value is its own text.
   * @param {string} name @param {(value: any) => unknown} draw */
  function provide(name, draw) {
    portal.provideCell(name, ({ value }) => (value && typeof value === "object" ? draw(value) : (value ?? null)));
  }

  /** @param {{note?: string}} value */
  function note(value) {
    return value.note ? make("span", { className: "cell-note" }, value.note) : null;
  }

  /** Say whose word a figure is: a letter, and its words for a pointer and a reader.
   * @param {{source?: string, title?: string}} value */
  function source(value) {
    if (!value.source) return [];
    const mark = { className: "source-mark", title: value.title, "aria-hidden": "true" };
    return [
      " ",
      make("span", mark, value.source),
      make("span", { className: "visually-hidden" }, ` ${value.title}`),
    ];
  }

  portal.provideCell("KitHeader", (props) => {
    const look = props.hidden ? "visually-hidden" : "head-words";
    const unit = props.unit ? make("span", { className: "head-unit" }, props.unit) : null;
    return make("span", { className: look }, props.displayName, unit);
  });

  provide("KitLink", (value) => {
    const onClick = (/** @type {MouseEvent} */ event) => {
      if (portal.opensElsewhere(event)) return;
      event.preventDefault();
      portal.goTo(value.href);
    };
    const isPage = value.href.startsWith("/") && !value.download;
    const link = { className: "cell-link", href: value.href, ...(isPage ? { onClick } : {}) };
    return make("span", { className: "cell-words" }, make("a", link, value.text), note(value));
  });

  provide("KitChip", (value) => {
    const className = `chip chip-${value.tone || "mute"}`;
    const icon = { className: `bi bi-${value.icon}`, "aria-hidden": "true" };
    const glyph = value.icon ? make("i", icon) : null;
    const title = value.title || undefined;
    return make("span", { className, title }, glyph, make("span", null, value.word));
  });

  provide("KitText", (value) => {
    const className = value.tone ? `cell-${value.tone}` : undefined;
    const mark = value.mark ? make("span", { className: "cell-mark" }, value.mark) : null;
    return make("span", { className }, value.text, note(value), mark, ...source(value));
  });

  provide("KitBar", (value) => {
    const width = `${Math.max(0, Math.min(1, value.share || 0)) * 100}%`;
    const bar = make("span", { className: "meter-bar", style: { width } });
    return make(
      "span",
      { className: "cell-bar" },
      make("span", { className: "meter", "aria-hidden": "true" }, bar),
      make("span", null, value.text)
    );
  });

  /* A cell of a heat map: its figure is its text, its colour says it again. */
  provide("KitHeat", (value) => {
    const title = value.title || undefined;
    return make("span", { className: `heat heat-${value.level}`, title }, value.text);
  });

  /* A bar from the middle, to the right for more, to the left for less: the figure is beside it. */
  provide("KitDrift", (value) => {
    const share = Math.max(-1, Math.min(1, value.share || 0));
    const style = { width: `${Math.abs(share) * 50}%`, [share < 0 ? "right" : "left"]: "50%" };
    const bar = make("span", { className: `drift-bar drift-${share < 0 ? "down" : "up"}`, style });
    return make("span", { className: "drift", "aria-hidden": "true" }, bar);
  });
})();
