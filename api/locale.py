"""Set the language and the theme of a request, from the account or the browser."""

from dataclasses import replace

from flask import g, request

from core.access import SYSTEM, Viewer
from core.i18n import LANGUAGES, set_language


def speak_to_reader(written: str) -> None:
    """Set the language: the account's or the cookie's, else the letter's, else the browser's.

    French letters are sent to every holder whose language is unknown, so the browser's language
    wins over a French letter.
    """
    if g.get("viewer") is not None or request.cookies.get("language", "") in LANGUAGES:
        return
    g.language = written if written in LANGUAGES and written != "fr" else likely()
    set_language(g.language)


def likely() -> str:
    """Return the language chosen in this browser, else the browser's preferred supported one."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), "fr")


def language_now() -> str:
    """Return the language of this request, for the page's `lang`."""
    viewer: Viewer | None = g.get("viewer")
    if "language" in g:
        return str(g.language)
    if viewer is None:
        return likely()
    return viewer.language if viewer.language in LANGUAGES else "fr"


def with_theme(viewer: Viewer) -> Viewer:
    """Return `viewer` with the theme of this browser, if the account follows it.

    The browser tells it by a cookie of `assets/theme.js`.
    """
    if viewer.theme != SYSTEM:
        return viewer
    theme = "dark" if request.cookies.get("scheme") == "dark" else "light"
    return replace(viewer, theme=theme, follows_system=True)


def theme_now() -> str:
    """Return `light` or `dark`, for the page's `data-bs-theme`."""
    return theme_chosen() or "light"


def theme_chosen() -> str:
    """Return the theme of the account, else of this browser; "" for the browser's own setting."""
    viewer: Viewer | None = g.get("viewer")
    theme = viewer.theme if viewer else request.cookies.get("theme", "")
    return theme if theme in {"light", "dark"} else ""
