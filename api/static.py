"""Serve the framework's precompressed files, and compress other responses."""

import gzip
import json
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, request, send_file
from werkzeug.datastructures import Accept
from werkzeug.exceptions import NotFound
from werkzeug.http import parse_accept_header

from api.context import portal

routes = Blueprint("static_files", __name__)
_SUITES = "/_dash-component-suites/"
_BOOTSTRAP = "flask_bootstrap/static/bootstrap5/css/"
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_WORTH = 1_000  # bytes under which compressing costs more than it saves
_QUICK = 3  # of 11: a third of the time of 5, for a tenth more bytes
_TOO_LONG = 2_000_000  # bytes beyond which compressing would delay the request


def manifest(folder: Path) -> Mapping[str, str]:
    """Return the stems of compressed copies by `<package>/<path>`; empty without any."""
    try:
        stems: dict[str, str] = json.loads((folder / "manifest.json").read_text("utf8"))
    except (OSError, ValueError):
        return {}
    return {key: stem for key, stem in stems.items() if Path(stem).name == stem}


def install(server: Flask) -> None:
    server.register_blueprint(routes)
    server.before_request(serve_suite)
    server.after_request(compress)


def serve_suite() -> Response | None:
    """Return the compressed copy of a component library's bundle; None lets Dash serve it."""
    if not request.path.startswith(_SUITES):
        return None
    key = without_fingerprint(request.path.removeprefix(_SUITES))
    return compressed_copy(key)


def without_fingerprint(path: str) -> str:
    """Return `dash/dcc/async-graph.js` for `dash/dcc/async-graph.v4_4_1m17.js`."""
    folder, _slash, name = path.rpartition("/")
    parts = name.split(".")
    if len(parts) > 2 and parts[1].startswith("v") and "m" in parts[1]:  # noqa: PLR2004
        name = ".".join([parts[0], *parts[2:]])
    return f"{folder}/{name}"


def compressed_copy(key: str) -> Response | None:
    """Return the file `key` in the browser's best encoding; None without such a copy."""
    stem = portal().bundles.get(key)
    coding = best_coding()
    if stem is None or coding is None:
        return None
    path = portal().var.resolve() / "static" / f"{stem}.{coding[1]}"
    if not path.is_file():
        return None
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    response = send_file(path, mimetype=kind, conditional=True, etag=f"{stem}-{coding[1]}")
    response.headers["Content-Encoding"] = coding[0]
    response.vary.add("Accept-Encoding")
    return response


def best_coding() -> tuple[str, str] | None:
    """Return the (coding, file ending) to answer with; None for plain."""
    return _coding_of(request.headers.get("Accept-Encoding", ""))


@lru_cache(64)
def _coding_of(header: str) -> tuple[str, str] | None:
    accepted = parse_accept_header(header, Accept)
    if accepted.quality("br") > 0:
        return "br", "br"
    return ("gzip", "gz") if accepted.quality("gzip") > 0 else None


@routes.get("/static/bootstrap/<path:name>")
def bootstrap(name: str) -> Response:
    """Return Bootstrap's style sheet or icons, from their package."""
    copy = compressed_copy(_BOOTSTRAP + name)
    if copy is not None:
        return copy
    root = bootstrap_folder().resolve()  # packages may be behind a symbolic link
    if "\0" in name:  # no file system accepts it
        raise NotFound
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file() or "bootswatch" in path.parts:
        raise NotFound
    return send_file(path, conditional=True)


def bootstrap_folder() -> Path:
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise NotFound
    return Path(spec.origin).parent / "static" / "bootstrap5" / "css"


def compress(response: Response) -> Response:
    """Compress a text response that is neither short nor streamed nor already compressed."""
    if not is_worth(response):
        return response
    coding = best_coding()
    response.vary.add("Accept-Encoding")
    if coding is None:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < _WORTH:
        return response
    packed = (
        brotli.compress(content, quality=_QUICK)
        if coding[0] == "br"
        else gzip.compress(content, _QUICK)
    )
    response.set_data(packed)
    response.headers["Content-Encoding"] = coding[0]
    response.headers.pop("Accept-Ranges", None)  # ranges of a recompressed response would not match
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        response.set_etag(tag, weak=True)
    return response


def is_worth(response: Response) -> bool:
    length = response.content_length
    return (
        response.status_code == 200  # noqa: PLR2004
        and "Content-Encoding" not in response.headers
        and "Repr-Digest" not in response.headers  # resumable downloads must stay identical
        and (response.mimetype or "").startswith(_TEXT)
        and (not response.is_streamed or response.direct_passthrough)
        and _WORTH <= (length or 0) <= _TOO_LONG
    )
