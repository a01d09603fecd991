/* Connections: what is pressed and ticked on lists that the server draws as plain elements. */
(function () {
  "use strict";

  let pressed = 0;

  const set = (id, data) => window.dash_clientside.set_props(id, { data: { ...data, n: (pressed += 1) } });
  const ticked = () => [...document.querySelectorAll("#mirror-drifts [data-mirror=tick][aria-checked=true]")];
  const numbers = (text) => text.split(" ").filter(Boolean).map(Number);
  const repair = (ids, more) => set("mirror-repairing", { ids, kind: "", every: false, seen: 0, ...more });

  const presses = {
    tick: (button) => button.setAttribute("aria-checked", String(button.getAttribute("aria-checked") !== "true")),
    one: (button) => repair([Number(button.dataset.id)]),
    ticked: () => repair(ticked().map((box) => Number(box.dataset.id))),
    every: (button) => repair([], { kind: button.dataset.kind, every: true }),
    sure: (button) => {
      const { ids, kind, seen } = button.dataset;
      repair(numbers(ids), { kind, every: !ids, seen: Number(seen) });
    },
    no: () => window.dash_clientside.set_props("mirror-question", { children: [] }),
    sends: () => set("mirror-sends-sure", {}),
    keeps: () => {
      window.dash_clientside.set_props("mirror-sends-asked", { children: [] });
      window.dash_clientside.set_props("mirror-sends", { value: false });
    },
    leaves: (button) => set("mirror-sending", { do: button.dataset.do, id: Number(button.dataset.id) }),
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-mirror]");
    if (button && presses[button.dataset.mirror]) presses[button.dataset.mirror](button);
  });

  document.addEventListener("cancel", (event) => {
    if (event.target.matches(".mirror-dialog")) presses.keeps();
  }, true);

  /* A list drawn again may put another row under a tick; a question takes the focus. */
  new MutationObserver((changes) => {
    changes.forEach(({ type, target, addedNodes }) => {
      if (type === "attributes") {
        if (target.dataset.mirror === "tick") target.setAttribute("aria-checked", "false");
        return;
      }
      const dialog = target.id === "mirror-sends-asked" && target.querySelector("dialog");
      if (dialog && !dialog.open) dialog.showModal();
      if (target.id !== "mirror-question" || !addedNodes.length) return;
      const first = target.querySelector("button");
      if (first) first.focus();
    });
  }).observe(document.documentElement, { attributeFilter: ["data-id"], childList: true, subtree: true });
})();
