"""The language and the theme of a request: of its account, else of what its browser says."""

from flask import g, request

from data.access import Viewer
from data.accounts import actions
from i18n import LANGUAGES, set_language


def speak_to_reader(written: str) -> None:
    """The language of who has an account or chose one here; else the letter's, or the browser's.

    French letters go to everybody whose language nobody knows: the browser knows better.
    """
    if g.get("viewer") is not None or request.cookies.get("language", "") in LANGUAGES:
        return
    g.language = written if written in LANGUAGES and written != "fr" else likely()
    set_language(g.language)


def likely() -> str:
    """The language chosen in this browser, else the first of its own that we speak."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), "fr")


def language_now() -> str:
    """The language of this request, for the page's `lang`."""
    viewer: Viewer | None = g.get("viewer")
    if "language" in g:
        return str(g.language)
    if viewer is None:
        return likely()
    return viewer.language if viewer.language in LANGUAGES else "fr"


def theme_now() -> str:
    """`light` or `dark`, for the page's `data-bs-theme`."""
    return theme_chosen() or "light"


def theme_chosen() -> str:
    """The theme of the account, else of this browser; "" when its own settings say it."""
    viewer: Viewer | None = g.get("viewer")
    asked = viewer.theme if viewer else request.cookies.get("theme", "")
    return asked if asked in actions.THEMES else ""
