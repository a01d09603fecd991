"""Read the pieces of proof in a form within limits, check, screen and store them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any, cast

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from api.context import portal, viewer_now
from api.deposits import INCOMPLETE, MULTIPART, ODD
from api.file_names import sent_name
from core.errors import Conflict, Invalid, PortalError, TooBig, Unavailable
from core.i18n import N_, _, size_limit
from data.controls import queries
from data.controls.files.piece_check import MOST, SIZE_CODE, checked
from data.controls.files.storage import Storage, digest_of
from data.controls.rules.pieces import MOST_PIECES, check_room, shown_name
from data.controls.types import NewPiece, PieceKind
from data.money.attestations import queries as attestations

MARGIN = 100_000  # bytes of a body that are not its files
FIELDS = 520  # parts of a body that are not its files: a mandate may prove as many controls
_TURNED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
File = tuple[str, bytes]
Fields = MultiDict[str, str]


def read_form(part: str = "") -> tuple[Fields, list[File]]:
    """Return the fields of the form and its files, all in memory: they are few and small.

    With `part`, a file under another name is refused.
    """
    if request.mimetype != MULTIPART:
        raise UnsupportedMediaType
    most = MOST_PIECES * MOST + MARGIN
    if request.content_length is None:
        raise Invalid(INCOMPLETE)
    if request.content_length > most:
        raise TooBig(
            N_(
                "Cet envoi est trop lourd : {most} fichiers de {each} au plus. Compressez-les ou"
                " envoyez-les en plusieurs fois."
            ),
            most=MOST_PIECES,
            each=size_limit(MOST),
            code=SIZE_CODE,
        )
    check_room(_store_pieces(), max(0, request.content_length - MARGIN), _quota())
    fields, parts = _parsed(most)
    sent = [upload for upload in parts if upload.filename]
    if part and any(upload.name != part for upload in sent):
        raise Invalid(N_("Chaque fichier va dans une part « {part} »."), part=part)
    contents = [(_named(sent_name(upload)), upload.stream.read()) for upload in sent]
    if len(contents) > MOST_PIECES:
        raise Conflict(N_("Joignez au plus {most} fichiers à la fois."), most=MOST_PIECES)
    return fields, contents


def _named(name: str) -> str:
    """Return a name without the invisible marks that phones add.

    Direction marks and folders stay, so that the name is refused as its owner knows it.
    """
    odd = _TURNED.search(name) or "/" in name or "\\" in name
    return name if odd else shown_name(name)


def _quota() -> int:
    """Return the megabytes that the viewer's organisation may store."""
    return portal().deposits.quota_megabytes


def _store_pieces() -> int:
    with portal().database.reading() as db:
        return _sum_stored_bytes(db)


def _sum_stored_bytes(db: Session) -> int:
    """Return what the viewer's organisation stores: pieces of proof, and attestations."""
    viewer = viewer_now()
    return queries.sum_stored_bytes(db, viewer) + attestations.sum_stored_bytes(db, viewer)


def check_kept(db: Session, pieces: Sequence[NewPiece]) -> None:
    """Raise Conflict when these pieces, just added, exceed the organisation's quota.

    It is checked where they are written: two requests could each fit, but not both.
    """
    more = 0 if viewer_now().staff else sum(piece.size for piece in pieces)
    check_room(_sum_stored_bytes(db) - more, more, _quota())


def _parsed(most: int) -> tuple[Fields, list[FileStorage]]:
    def start(**_part: object) -> BytesIO:
        return BytesIO()

    parser = FormDataParser(
        cast("Any", start), max_form_parts=FIELDS, max_form_memory_size=MARGIN, silent=False
    )
    try:
        body = get_input_stream(request.environ, max_content_length=most)
        _stream, fields, files = parser.parse(
            body, request.mimetype, request.content_length, request.mimetype_params
        )
    except RequestEntityTooLarge:
        raise Invalid(ODD) from None
    except (ValueError, ClientDisconnected) as error:
        raise Invalid(INCOMPLETE) from error
    return fields, [file for _name, several in files.lists() for file in several]


@contextmanager
def stored(files: Sequence[File], place: Storage | None = None) -> Iterator[list[NewPiece]]:
    """Yield the files as pieces, all screened before any is stored; none if the block fails.

    They are proofs, unless another `place` stores them.

    After other failures, even of the commit, the state is unknown: a job deletes what has no row.
    """
    here, pieces = portal(), list[NewPiece]()
    storage = place or here.storage
    with here.running.one_more(viewer_now().user_id):
        kinds = _checked(files)
        for name, content in files:
            here.screen(name, content)
    try:
        for (name, content), kind in zip(files, kinds, strict=True):
            key = storage.put_object(content)
            pieces.append(NewPiece(name, kind, len(content), digest_of(content), key))
        yield pieces
    except PortalError:
        free((piece.storage_key for piece in pieces), storage)
        raise


def _checked(files: Sequence[File]) -> list[PieceKind]:
    """Return the kind of each file; raise Invalid with a message per refused file."""
    kinds, refused = list[PieceKind](), list[Invalid]()
    for name, content in files:
        try:
            kinds.append(checked(name, content))
        except Invalid as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        messages = " ".join(_(error.message, **error.params) for error in refused)
        raise Invalid("{said}", said=messages, code=refused[0].params["code"])
    return kinds


def free(keys: Iterator[str], place: Storage | None = None) -> None:
    """Delete the content of pieces without a row; a job retries what does not answer now."""
    with suppress(Unavailable):
        for key in keys:
            (place or portal().storage).delete(key)
