/* A form that says `data-unsaved` asks before what was typed in it is lost: on a reload, another
   address, a link. Saved, or left, it is drawn no more, and asks nothing; refused, it is drawn anew
   with `data-refused`, and asks still. */
(function () {
  "use strict";

  let typed = null; /* the form, and the address where it was typed in */

  function unsaved() {
    const here = typed && typed.form.isConnected && typed.address === window.location.href;
    return here ? typed.form : document.querySelector("[data-unsaved][data-refused]");
  }

  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element && event.target.closest("[data-unsaved]");
    if (form) typed = { form, address: window.location.href };
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });

  /* A link of the portal changes the page without a reload: the browser asks nothing then. */
  function leaves(link, event) {
    const elsewhere = event.button > 0 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (elsewhere || link.target || link.hasAttribute("download")) return false;
    return link.origin === window.location.origin && !isHere(link);
  }

  function isHere(link) {
    const { pathname, search } = window.location;
    return link.pathname === pathname && link.search === search;
  }

  window.addEventListener(
    "click",
    (event) => {
      const form = unsaved();
      const link = form && event.target instanceof Element && event.target.closest("a[href]");
      if (!link || !leaves(link, event)) return;
      if (window.confirm(form.dataset.unsaved)) {
        typed = null;
      } else {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true
  );
})();
