/* What stands in the cells and heads of components/kit/grid.py; values are written in Python.
   And AG Grid itself, a quarter of all scripts: fetched by the first table that is drawn. */
(function () {
  "use strict";

  let coming = null;

  /* The library puts itself where Dash looks for it: Table must stay what Dash finds there, or
     each table drawn again would start anew. */
  function fetched() {
    coming =
      coming ||
      new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = document.body.dataset.grid;
        script.onload = () => {
          const library = window.dash_ag_grid;
          window.dash_ag_grid = { ...library, AgGrid: Table };
          done({ default: library.AgGrid });
        };
        script.onerror = () => {
          coming = null;
          failed(new Error("AG Grid did not arrive"));
        };
        document.head.append(script);
      });
    return coming;
  }

  const Real = window.React.lazy(fetched);

  function Table(props) {
    return make(window.React.Suspense, { fallback: null }, make(Real, props));
  }

  Table.dashRenderType = true; /* as the library's own: Dash says why it draws again */
  window.dash_ag_grid = { AgGrid: Table };

  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function make(...args) {
    return window.React.createElement(...args);
  }

  function goTo(event, href) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function isPlain(value) {
    return value === null || value === undefined || typeof value !== "object";
  }

  function note(value) {
    return value.note ? make("span", { className: "cell-note" }, value.note) : null;
  }

  parts.KitHeader = function KitHeader(props) {
    const look = props.hidden ? "visually-hidden" : "head-words";
    const unit = props.unit ? make("span", { className: "head-unit" }, props.unit) : null;
    return make("span", { className: look }, props.displayName, unit);
  };

  parts.KitLink = function KitLink(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const options = { className: "cell-link", href: value.href };
    if (value.href.startsWith("/") && !value.download) {
      options.onClick = (event) => goTo(event, value.href);
    }
    return make("span", { className: "cell-words" }, make("a", options, value.text), note(value));
  };

  parts.KitChip = function KitChip(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const look = "chip chip-" + (value.tone || "mute");
    const glyph = value.icon
      ? make("i", { className: "bi bi-" + value.icon, "aria-hidden": "true" })
      : null;
    return make("span", { className: look }, glyph, make("span", null, value.word));
  };

  parts.KitText = function KitText(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const look = value.tone ? "cell-" + value.tone : undefined;
    const mark = value.mark ? make("span", { className: "cell-mark" }, value.mark) : null;
    return make("span", { className: look }, value.text, note(value), mark);
  };

  parts.KitBar = function KitBar(props) {
    const value = props.value;
    if (isPlain(value)) return value ?? null;
    const width = Math.max(0, Math.min(1, value.share || 0)) * 100 + "%";
    const bar = make("span", { className: "meter-bar", style: { width } });
    return make(
      "span",
      { className: "cell-bar" },
      make("span", { className: "meter", "aria-hidden": "true" }, bar),
      make("span", null, value.text)
    );
  };
})();
