"""Turn errors into HTTP responses: a sentence, never a stack trace."""

from collections.abc import Mapping

import structlog
from flask import Flask, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from api.adict.errors import is_for_programs, methods_here, refusal
from api.request_log import safe_path
from core.errors import Busy, PortalError, StorageFull, Unavailable
from core.i18n import N_, _
from core.log import reference
from core.outages import outage_of

log = structlog.get_logger("portal")
_SENTENCES = {
    400: N_("Cette demande est mal formée."),
    403: N_("Votre rôle ne permet pas cette action."),
    404: N_("Introuvable ou hors de votre périmètre."),
    405: N_("Cette adresse n’accepte pas ce type de demande."),
    413: N_("Cet envoi est trop volumineux : déposez moins de fichiers à la fois."),
    415: N_("Ce format de demande n’est pas accepté."),
    500: N_("Une erreur inattendue s’est produite. Elle est notée ; vous pouvez réessayer."),
}
_FOR_PROGRAMS = {  # some send no file
    405: N_("Cette adresse n’accepte que {methods}."),
    413: N_("Le corps de la demande est trop lourd."),
    415: N_("Envoyez du multipart/form-data, chaque fichier dans une part « preuves »."),
}
_SERVER_ERROR = 500
# Seconds before the same request may be repeated.
_AGAIN = {Busy: "2", Unavailable: "60", StorageFull: "60"}


def install(server: Flask) -> None:
    server.register_error_handler(PortalError, show_refusal)
    server.register_error_handler(CSRFError, show_expired)
    server.register_error_handler(HTTPException, show_http_error)
    server.register_error_handler(Exception, show_bug)


def show_refusal(error: PortalError) -> ResponseReturnValue:
    code = error.params.get("code")
    message = _(error.message, **error.params)
    response = make_response(answer(error.status, message, code=str(code) if code else None))
    if retry_after := error.params.get("seconds") or _AGAIN.get(type(error)):
        response.headers["Retry-After"] = str(retry_after)
    return response


def show_expired(error: CSRFError) -> ResponseReturnValue:
    del error
    return answer(400, _("Cette page a trop attendu : rechargez-la, puis recommencez."))


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return show_bug(error.original_exception)  # Flask wraps what ends a request
    if error.response is not None or error.code is None:
        return error.get_response()
    if error.code < 400:  # noqa: PLR2004 (a redirection)
        return error.get_response()
    if isinstance(error, MethodNotAllowed) and leads_nowhere():
        error = NotFound()
    code = error.code or _SERVER_ERROR
    sentence = sentences_here().get(code, _SENTENCES[400])
    allowed_methods = ", ".join(methods_here()[:-1]) if "{methods}" in sentence else ""
    sentence = _(sentence, methods=allowed_methods)
    response = make_response(answer(code, sentence))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def sentences_here() -> Mapping[int, str]:
    return _SENTENCES | _FOR_PROGRAMS if is_for_programs(request.path) else _SENTENCES


def leads_nowhere() -> bool:
    """Return whether a program requests an address without any method, despite Dash's routes."""
    return is_for_programs(request.path) and not methods_here()


def show_bug(error: Exception) -> ResponseReturnValue:
    """Log a bug under a number that the person can quote; a database outage is not a bug."""
    if refusal := as_refusal(error):
        return show_refusal(refusal)
    number = log_bug(error)
    return answer(_SERVER_ERROR, _(_SENTENCES[_SERVER_ERROR]), number)


def as_refusal(error: Exception) -> PortalError | None:
    """Return an error with its own message: deliberate, or disk or database lost.

    None for a bug.
    """
    refusal = outage_of(error)
    if isinstance(refusal, StorageFull):
        log.error("disk.full", path=safe_path(request.path))
    elif refusal is not None:
        log.error("database.down", path=safe_path(request.path))
        g.setdefault("outage", default=True)  # the error page is written without the database
    return refusal or (error if isinstance(error, PortalError) else None)


def log_bug(error: Exception) -> str:
    number = reference()
    log.error("bug", reference=number, path=safe_path(request.path), exc_info=error)
    return number


def answer(
    status: int, sentence: str, number: str | None = None, *, code: str | None = None
) -> ResponseReturnValue:
    """Return a page for a person, JSON for anything else, with the ADICT `code` if any.

    A program is always answered in the format of its API.
    """
    if is_for_programs(request.path):
        return refusal(status, sentence, code)
    if wants_page():
        return render_template(
            "error.html", status=status, sentence=sentence, number=number
        ), status
    body = {"error": sentence} | ({"reference": number} if number else {})
    body |= {"code": code} if code else {}
    return jsonify(body), status


def wants_page() -> bool:
    accept_header = request.headers.get("Accept", "")
    return "text/html" in accept_header and not request.path.startswith(("/_", "/api/"))
