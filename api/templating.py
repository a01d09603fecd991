"""What every template may use."""

from importlib.metadata import version

from flask import Flask, g, request

from api.portal import portal
from api.speaking import language_now, theme_now
from i18n import _

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
        "operator": portal().operator,
        "deposits": portal().deposits,
        "version": BOOTSTRAP,
        "here": here(),
    }


def here() -> str:
    """Where a form of the page comes back to: what answers GET at this step.

    The page that a POST draws says it in `g.here`, unless its own address is that.
    """
    if request.method == "GET":
        return request.full_path.removesuffix("?")
    return str(g.get("here", request.path))
