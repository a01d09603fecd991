/* Annotations: what is pressed on words that the server draws, and where the focus goes. */
(function () {
  "use strict";

  let pressed = 0;
  let opener = null;

  const set = (id, data) => window.dash_clientside.set_props(id, { data });
  const place = () => document.getElementById("marks-form");

  /* What stays under the chart whatever its annotations become. */
  const anew = () => document.querySelector("[data-marks=new]");

  function close() {
    window.dash_clientside.set_props("marks-form", { children: [] });
    if (opener && opener.isConnected) {
      opener.focus();
    }
    opener = null;
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-marks]");
    if (!button) {
      return;
    }
    const { marks, id, day } = button.dataset;
    pressed += 1;
    if (marks === "close") {
      close();
    } else if (marks === "new" || marks === "edit") {
      opener = button;
      set("marks-asked", { do: marks, id: id || "", day: day || "", n: pressed });
    } else if (["home", "unhome", "drop"].includes(marks)) {
      set("marks-views-done", { do: marks, id, n: pressed });
    } else if (marks === "revoke") {
      set("marks-links-done", { do: marks, id, n: pressed });
    } else if (marks === "remove" || marks === "restore") {
      anew() && anew().focus({ preventScroll: true }); /* the line goes, and its button with it */
      set("marks-done", { do: marks, id, n: pressed });
    }
  });

  document.addEventListener("keydown", (event) => {
    const inside = event.target instanceof Element && event.target.closest("#marks-form");
    if (inside && event.key === "Escape" && !event.defaultPrevented) {
      close();
    }
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.marks = {
    /* To the view that opens first: in place of `/`, so that going back does not lead here again. */
    go: function (address) {
      if (address && window.location.pathname === "/") {
        window.history.replaceState({}, "", address);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      }
      return "true";
    },
    /* To the first field that is wrong, else to the first one; saved, back to where it began. */
    enter: function (inside) {
      setTimeout(() => {
        const form = place();
        if (!form || !inside) {
          return;
        }
        const wrong = form.querySelector(".is-invalid");
        if (!wrong && form.contains(document.activeElement)) {
          return; /* a hand was quicker: what it types goes where it began */
        }
        const field = wrong || form.querySelector("input");
        if (field) {
          field.focus({ preventScroll: true });
          form.scrollIntoView({ block: "nearest" });
        } else if (document.activeElement === document.body) {
          const left = opener && opener.isConnected ? opener : anew();
          left && opener && left.focus({ preventScroll: true });
        }
      }, 50);
    },
  };
})();
