// @ts-check
/* What components/kit/still.py gives as plain elements: ["span", {className: "x"}, "words", …]. */
(() => {
  "use strict";

  const React = window.React;

  /** @param {MouseEvent & {currentTarget: HTMLAnchorElement}} event */
  function follow(event) {
    const link = event.currentTarget;
    if (portal.opensElsewhere(event) || link.target) return;
    event.preventDefault();
    portal.goTo(link.getAttribute("href") ?? "");
  }

  /** @param {any} piece
   * @returns {unknown} */
  function draw(piece) {
    if (!Array.isArray(piece)) return piece;
    const [kind, props, ...children] = piece;
    const isLink = kind === "Link";
    const attributes = isLink ? { ...props, onClick: follow } : props;
    return React.createElement(isLink ? "a" : kind, attributes, ...children.map(draw));
  }

  /** @param {{pieces: any[]}} props */
  function Still({ pieces }) {
    return React.createElement(React.Fragment, null, ...pieces.map(draw));
  }

  window.portal_kit = { ...window.portal_kit, Still };
})();
