"""Define the functions available to every template."""

from importlib.metadata import version

from flask import Flask, g, request

from api.context import portal
from api.locale import language_now, theme_chosen, theme_now
from core.access import Viewer
from core.i18n import _, hour

BOOTSTRAP = version("bootstrap-flask")  # read from its files: once, not for each page


def install(server: Flask) -> None:
    server.jinja_env.globals["_"] = _
    server.jinja_env.trim_blocks = True
    server.jinja_env.lstrip_blocks = True
    server.context_processor(words)


def words() -> dict[str, object]:
    return {
        "lang": language_now(),
        "theme": theme_now(),
        "theme_unknown": not theme_chosen(),
        "follows": follows_system(),
        "operator": portal().operator,
        "deposits": portal().deposits,
        "version": BOOTSTRAP,
        "here": here(),
        "seen_as": seen_as(),
        "hour": hour,
    }


def follows_system() -> bool:
    """Return whether the account follows the theme of its browser."""
    viewer: Viewer | None = g.get("viewer")
    return viewer is not None and viewer.follows_system


def seen_as() -> Viewer | None:
    """Return the impersonated viewer; None without impersonation."""
    viewer: Viewer | None = g.get("viewer")
    return viewer if viewer and viewer.behind else None


def here() -> str:
    """Return where a form of the page comes back to: an address that answers GET.

    The page drawn by a POST sets it in `g.here`, unless its own address answers.
    """
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    return str(g.get("here", request.path))
