"""Receive deposited files and write them straight to storage."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from api.context import open_writing, portal, viewer_now
from api.file_names import sent_name
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, _, plural
from data.metering.pces.rules import number_of
from data.runs import actions, queries
from data.runs.files import Incoming, folder_of
from data.runs.files.sniff import MOST_LINES
from data.runs.rules import check_deposit
from data.runs.types import StoredUpload

routes = Blueprint("deposits", __name__)
MULTIPART = "multipart/form-data"
MARGIN = 100_000  # octets of a body that are not its files: heads, names, boundaries
FIELDS = 5  # parts of a body that are not its files
WORDS = 500_000  # octets of it held in memory: more than what is read at a time
ODD = N_("L’envoi n’a pas la forme attendue : déposez à nouveau vos fichiers.")
INCOMPLETE = N_("L’envoi est incomplet : déposez à nouveau vos fichiers.")


@routes.get("/operations/depot")
def announce() -> ResponseReturnValue:
    """Check a deposit of so many `files` and `octets` before it is sent."""
    admit(counted("files"), counted("octets"))
    return wrong_pce() or ("", 204)


@routes.post("/operations/depot")
def receive() -> ResponseReturnValue:
    """Receive the files of a form, all or none; answer 201 with their run ids.

    What is known without the body is checked before any of it is read.
    """
    expect_form(Permission.READINGS_IMPORT)
    if wrong := wrong_pce():
        return wrong
    with incoming() as files:
        stored_files = [file.keep(name) for name, file in files]
        runs = opened(stored_files)
    return jsonify(said=thanks(stored_files), runs=runs), 201


def expect_form(permission: Permission) -> None:
    """Raise what refuses the body of this request, from its headers alone."""
    if request.mimetype != MULTIPART:
        raise UnsupportedMediaType
    if request.content_length is None:
        raise Invalid(INCOMPLETE)
    admit(1, max(0, request.content_length - MARGIN), permission)


def counted(name: str) -> int:
    """Return a number of the query string; 0 for anything else."""
    text = request.args.get(name, "")
    return int(text[:15]) if text.isascii() and text.isdigit() else 0


def admit(files: int, octets: int, permission: Permission = Permission.READINGS_IMPORT) -> None:
    """Raise what currently refuses such a deposit to this viewer."""
    viewer = viewer_now()
    viewer.require(permission)
    with portal().database.reading() as db:
        usage = queries.get_deposit_usage(db, viewer)
    check_deposit(portal().deposits, usage, files, octets)


def pce_given() -> str:
    """Return the PCE for files without one, "" if not given. Raise Invalid."""
    typed = request.args.get("pce", "").strip()
    return number_of(typed) if typed else ""


def wrong_pce() -> ResponseReturnValue | None:
    """Return the problem of the given PCE, to be shown beside its field; None if valid."""
    try:
        pce_given()
    except Invalid as problem:
        message = _(problem.message, **problem.params)
        return jsonify(error=message, field="pce"), problem.status
    return None


@contextmanager
def incoming(lines: int = MOST_LINES) -> Iterator[list[tuple[str, Incoming]]]:
    """Yield the files of the body, on disk, with their names; delete them if the block fails.

    Each has at most `lines` lines.
    """
    limits = portal().deposits
    folder, started = folder_of(portal().var), list[Incoming]()

    def start(**_part: object) -> Incoming:
        started.append(Incoming(folder, limits.file_octets, lines))
        return started[-1]

    try:
        parser = FormDataParser(
            cast("Any", start),
            max_form_parts=limits.files + FIELDS,
            max_form_memory_size=WORDS,
            silent=False,
        )
        try:
            parts = parsed(parser)
        except RequestEntityTooLarge:
            raise too_much(len(started)) from None
        yield named(parts)
    except BaseException:
        for file in started:
            file.drop()
        raise


def parsed(parser: FormDataParser) -> list[FileStorage]:
    """Return the files of the body; raise Invalid when truncated, RequestEntityTooLarge."""
    limits = portal().deposits
    most = limits.deposit_octets + MARGIN
    try:
        body = get_input_stream(request.environ, max_content_length=most)
        _stream, _fields, files = parser.parse(
            body, request.mimetype, request.content_length, request.mimetype_params
        )
    except (ValueError, ClientDisconnected) as error:
        raise Invalid(INCOMPLETE) from error
    return [file for _name, several in files.lists() for file in several]


def too_much(files: int) -> Invalid:
    """Return the error of a body refused after `files` files: too many, or too long."""
    most = portal().deposits.files
    if files > most:
        return Invalid(N_("Déposez au plus {most} fichiers à la fois."), most=most)
    return Invalid(ODD)


def named(parts: list[FileStorage]) -> list[tuple[str, Incoming]]:
    """Return the files with their names; an empty field is sent as a file without a name."""
    files = [(sent_name(part), cast("Incoming", part.stream)) for part in parts]
    for name, file in files:
        if not name:
            file.drop()
    return [(name, file) for name, file in files if name]


def opened(kept: list[StoredUpload]) -> list[int]:
    with open_writing() as context:
        limits, now = context.portal.deposits, context.now
        return actions.receive(context.db, context.viewer, kept, limits, pce=pce_given(), now=now)


def thanks(stored_files: list[StoredUpload]) -> str:
    received = plural("{count} fichier reçu", "{count} fichiers reçus", len(stored_files))
    return _("{received} : la lecture commence, vous pouvez quitter la page.", received=received)
