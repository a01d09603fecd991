// @ts-check
/* The theme of the browser: the cookie `scheme` tells it to the next pages, and a page for which
   nobody known has chosen a theme, sent light, is drawn at once in it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function tell() {
    const secure = location.protocol.endsWith("s:") ? "; Secure" : "";
    const scheme = dark.matches ? "dark" : "light";
    // biome-ignore lint/suspicious/noDocumentCookie: Safari has no other way for most of its users
    document.cookie = `scheme=${scheme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    return scheme;
  }

  const scheme = tell();
  dark.addEventListener("change", tell);
  if (!("follows" in root.dataset) || scheme === root.dataset.bsTheme) return;
  root.dataset.bsTheme = scheme;
  if (root.dataset.follows === "account") {
    if (document.cookie.includes(`scheme=${scheme}`)) location.reload(); // charts have its colours
    return;
  }
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-instead]").forEach((button) => {
      if (!(button instanceof HTMLButtonElement)) return;
      button.value = "light";
      button.textContent = button.dataset.instead ?? "";
    });
  });
})();
