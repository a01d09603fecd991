/* Annotations: what is pressed on words that the server draws, and where the focus goes. */
(function () {
  "use strict";

  let pressed = 0;
  let opener = null;

  const set = (id, data) => window.dash_clientside.set_props(id, { data });
  const place = () => document.getElementById("marks-form");

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
    } else if (marks === "remove" || marks === "restore") {
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
    /* To the first field that is wrong, else to the first one; saved, back to where it began. */
    enter: function (inside) {
      setTimeout(() => {
        const form = place();
        if (!form || !inside) {
          return;
        }
        const field = form.querySelector(".is-invalid") || form.querySelector("input");
        if (field) {
          field.focus({ preventScroll: true });
          form.scrollIntoView({ block: "nearest" });
        } else if (opener && opener.isConnected && document.activeElement === document.body) {
          opener.focus({ preventScroll: true });
        }
      }, 50);
    },
  };
})();
