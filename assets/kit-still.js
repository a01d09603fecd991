/* What components/kit/still.py gives as plain elements: ["span", {className: "x"}, "words", …]. */
(function () {
  "use strict";

  const React = window.React;

  function follow(event) {
    const link = event.currentTarget;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) return;
    event.preventDefault();
    window.history.pushState({}, "", link.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function draw(piece) {
    if (!Array.isArray(piece)) return piece;
    const [kind, props, ...children] = piece;
    const link = kind === "Link";
    const given = link ? { ...props, onClick: follow } : props;
    return React.createElement(link ? "a" : kind, given, ...children.map(draw));
  }

  function Still(props) {
    return React.createElement(React.Fragment, null, ...props.pieces.map(draw));
  }

  window.portal_kit = { ...window.portal_kit, Still };
})();
