"""Answer the errors of API calls as JSON, in the format of ADICT."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

import orjson
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

BASE = "/adict/v2"
_TOKENS = ("/oauth2/", "/openam/")
NDJSON = "application/x-ndjson"
JSON = "application/json"
TEXT = "text/plain"
FAILED = "2000000001"  # technical error (domain.md §4.9)
_READINGS = ("releve_debut", "releve_fin")
BLOCKS: Mapping[str, Sequence[str]] = {  # blocks of a line of data, by call: null in a refusal
    "donnees_consos_informatives": (*_READINGS, "consommation"),
    "donnees_consos_publiees": (*_READINGS, "consommation", "bordereau_publication"),
    "donnees_injections_publiees": (*_READINGS, "injection", "bordereau_publication"),
    "donnees_contractuelles": ("donnees_contractuelles",),
    "donnees_techniques": ("donnees_techniques",),
}
DATED = frozenset({name for name, blocks in BLOCKS.items() if len(blocks) > 1})
_READING_CALL = re.compile(rf"{BASE}/pce/([^/]*)/({'|'.join(BLOCKS)})")
_LONGEST = 40  # characters of a call that a refusal repeats
_SERVER_ERROR, _REFUSED, _UNKNOWN, _BAD = 500, 422, 401, 400
_OAUTH: Mapping[int, str] = {  # RFC 6749 §5.2
    401: "invalid_client",
    429: "temporarily_unavailable",
    503: "temporarily_unavailable",
}


def asks_for_a_token(path: str) -> bool:
    """Return whether `path` issues tokens, so that it needs none."""
    return path.startswith(_TOKENS)


def is_for_programs(path: str) -> bool:
    """Return whether `path` is called by programs with a token, never by a browser."""
    return path.startswith(("/adict/", *_TOKENS)) or path == "/adict"


def methods_here() -> list[str]:
    """Return the methods that answer programs at this address, without Dash's catch-all."""
    methods: list[str] = []
    here = current_app.url_map.bind_to_environ(request.environ)
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH"):
        with suppress(HTTPException):
            rule, _values = here.match(method=method, return_rule=True)
            methods += [method] if is_for_programs(rule.rule) else []
    return [*methods, "OPTIONS"] if methods else []


def not_here() -> HTTPException:
    """Return 405 if another method is allowed at this address, else 404."""
    methods = methods_here()
    return MethodNotAllowed(methods) if methods else NotFound()


def refusal(status: int, sentence: str, code: str | None = None) -> Response:
    """Return an error response with `sentence` and `code`, by default one of the status.

    The portal's 422 is 400 in ADICT.
    """
    status = _BAD if status == _REFUSED else status
    mimetype = JSON
    if request.path.startswith(_TOKENS):
        usual = "server_error" if status >= _SERVER_ERROR else "invalid_request"
        body: Mapping[str, object] = {
            "error": _OAUTH.get(status, usual),
            "error_description": sentence,
        }
    else:
        own = FAILED if status >= _SERVER_ERROR else f"9000000{status}"
        body, mimetype = _refused(code or own, sentence)
    answer = answered(body, status, mimetype)
    if status == _UNKNOWN and not asks_for_a_token(request.path):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _refused(code: str, sentence: str) -> tuple[Mapping[str, object], str]:
    """Return the body of a refusal and its media type; for a data call, a line of data."""
    reading = _READING_CALL.fullmatch(request.path)
    if reading is None:
        return last_line(code, sentence), JSON
    number, call = reading.groups()
    line: dict[str, object] = {"pce": {"id_pce": number[:_LONGEST]}}
    if call in DATED:
        line["periode"] = {
            "valeur": _requested_call("periode"),
            "date_debut": _requested_call("date_debut"),
            "date_fin": _requested_call("date_fin"),
        }
    line |= dict.fromkeys(BLOCKS[call])
    line["statut_restitution"] = {"code": code, "message": sentence}
    return line, media_type(JSON) if call in DATED else JSON


def media_type(other: str) -> str:
    """Return the media type of lines: nd-json, or `other` if the client asks for it by name.

    Generated clients do not know nd-json: they read a refusal as JSON, and a list as text.
    """
    return request.accept_mimetypes.best_match([NDJSON, other], NDJSON)


def _requested_call(name: str) -> str | None:
    return request.args.get(name, "")[:_LONGEST] or None


def last_line(code: str, sentence: str) -> dict[str, object]:
    """Return the status of a request about rights, or the last line of a stream."""
    return {"code_statut_traitement": code, "message_retour_traitement": sentence}


def answered(body: Mapping[str, object], status: int = 200, mimetype: str = JSON) -> Response:
    """Return a response with one object on one line, which readers of nd-json accept too."""
    return Response(orjson.dumps(body), status, mimetype=mimetype)
