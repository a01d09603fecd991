"""Serve the scripts of `assets/` as one file, which a first visit asks for once."""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

import brotli
from flask import Blueprint, Response

from api import static

routes = Blueprint("scripts", __name__)
FOLDER = Path(__file__).parent.parent / "assets"
BEFORE_SIGN_IN = r"^login[.-]"  # only used by pages before sign-in
_QUALITY = 9  # of 11, once per process


@cache
def joined_scripts() -> bytes:
    """Return the scripts in Dash's order, by name, each below its own name."""
    paths = [
        path for path in sorted(FOLDER.glob("*.js")) if not re.match(BEFORE_SIGN_IN, path.name)
    ]
    parts = [f"/* {path.name} */\n{path.read_text('utf8')}" for path in paths]
    return "\n".join(parts).encode()


@cache
def address() -> str:
    """Return the address of the scripts, with a hash of their content."""
    version = hashlib.sha256(joined_scripts()).hexdigest()[:16]
    return f"/static/scripts.js?v={version}"


@cache
def _compressed(coding: str) -> bytes:
    content = joined_scripts()
    if coding == "br":
        packed: bytes = brotli.compress(content, quality=_QUALITY)
        return packed
    return gzip.compress(content, _QUALITY)


@routes.get("/static/scripts.js")
def scripts() -> Response:
    coding = static.best_coding()
    content = _compressed(coding[0]) if coding else joined_scripts()
    response = Response(content, mimetype="text/javascript")
    if coding:
        response.headers["Content-Encoding"] = coding[0]
    response.vary.add("Accept-Encoding")
    return response
