"""What every template may use."""

from importlib.metadata import version

from flask import Flask, request

from api.guard import language_now, theme_now
from api.portal import portal
from i18n import _


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
        "version": version("bootstrap-flask"),
        "here": request.full_path.removesuffix("?") if request.method == "GET" else request.path,
    }
