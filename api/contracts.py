"""Serve contracts: pages, PDF, signature evidence and the proof of power."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.headers import show_inside
from api.uploads import read_form, stored
from core.access import Permission
from core.errors import Conflict, NotFound, Unreadable
from core.i18n import N_
from data.contracts import actions, queries
from data.contracts.rules.proof_of_power import kept_since, mark_of
from data.contracts.types import ContractTrigger, DossierStep, Party, Power, TextRow
from data.controls.files.page_renderer import draw_page
from data.controls.files.storage import read_piece
from data.controls.types import PieceKind
from data.controls.types.pieces import MEDIA_TYPES

routes = Blueprint("contracts", __name__)
_ZOOM = 150
_LEAVES = (200, 206)
_PARTIES = {"client": Party.CLIENT, "distributeur": Party.OPERATOR}
_NO_PIECE = N_("Aucune pièce ne prouve ce pouvoir.")
_NO_SIGNATURE = N_("Cette partie n’a pas signé ce texte.")
_ONE = N_("Joignez une seule pièce : réunissez ses pages dans un même PDF.")
_MAGIC = (
    (b"%PDF-", PieceKind.PDF),
    (b"\xff\xd8\xff", PieceKind.JPEG),
    (b"\x89PNG", PieceKind.PNG),
)


@routes.get("/contrats/textes/<uuid:text>/pdf")
def pdf(text: UUID) -> Response:
    """Serve the text with its seals; it is never deleted."""
    row, content = _read(text)
    rank = f"-avenant-{row.number}" if row.number else ""
    answer = send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[PieceKind.PDF],
        as_attachment=True,
        download_name=f"{row.paper.number}{rank}.pdf",
        etag=row.sha256,
    )
    return _noted(answer, row, ContractTrigger.TEXT_DOWNLOADED)


def _noted(answer: Response, row: TextRow, trigger: ContractTrigger) -> Response:
    """Record the download, unless the browser's copy was still valid."""
    if request.method == "GET" and answer.status_code in _LEAVES:
        with open_writing() as context:
            actions.note_download(context.db, context.viewer, row.uid, trigger, now=context.now)
    return answer


@routes.get("/contrats/textes/<uuid:text>/pages/<int:page>.png")
def page(text: UUID, page: int) -> Response:
    """Serve one page as an image, with the number of pages in `X-Pages`."""
    row, content = _read(text)
    return _picture(content, row.sha256, page)


def _picture(content: bytes, sha256: str, page: int) -> Response:
    """Serve a page as an image; one that could not be rendered is not retried."""
    here, picture_key = portal(), (sha256, page)
    if refusal := here.undrawn.get(picture_key):
        raise refusal
    with here.running.one_more(viewer_now().user_id):
        try:
            drawn, pages = draw_page(PieceKind.PDF, content, page, _ZOOM)
        except Unreadable as error:
            here.undrawn.remember(picture_key, Unreadable(error.message))
            raise
    answer = Response(drawn, mimetype=MEDIA_TYPES[PieceKind.PNG])
    answer.headers["X-Pages"] = str(pages)
    return answer


def _read(text: UUID) -> tuple[TextRow, bytes]:
    with open_reading(Permission.CONTRACTS_READ) as context:
        row = queries.find_text(context.db, context.viewer, str(text))
    return row, read_piece(portal().papers.storage, row.storage_key, row.sha256)


@routes.get("/contrats/textes/<uuid:text>/preuve")
def proof(text: UUID) -> Response:
    """Serve the evidence of one signature of a text, as a self-verifying ZIP."""
    here, party = portal(), _PARTIES.get(request.args.get("partie", ""))
    from data.contracts.files.evidence import evidence  # the libraries of signatures

    with open_reading(Permission.CONTRACTS_READ) as context:
        row = queries.find_text(context.db, context.viewer, str(text))
    signed = next((signature for signature in row.signatures if signature.party is party), None)
    if signed is None:
        raise NotFound(_NO_SIGNATURE)
    with here.running.one_more(context.viewer.user_id):
        content = read_piece(here.papers.storage, signed.storage_key, signed.sha256)
        packed = evidence(content, row.paper.number, signed.signing, here.papers.key())
    answer = send_file(
        BytesIO(packed),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{row.paper.number}-preuve-{request.args['partie']}.zip",
    )
    return _noted(answer, row, ContractTrigger.PROOF_DOWNLOADED)


@routes.get("/contrats/pouvoirs/<int:organisation>")
def power(organisation: int) -> Response:
    """Serve the proof of power of an organisation, for display in a page."""
    power_file, content = _power(organisation)
    kind = _kind(content)
    answer = send_file(BytesIO(content), mimetype=MEDIA_TYPES[kind], download_name=power_file.name)
    show_inside(answer, alone=kind is not PieceKind.PDF)
    return answer


@routes.get("/contrats/pouvoirs/<int:organisation>/pages/<int:page>.png")
def power_page(organisation: int, page: int) -> Response:
    """Serve a page of it as an image; an image is its own first page."""
    power_file, content = _power(organisation)
    kind = _kind(content)
    if kind is PieceKind.PDF:
        return _picture(content, power_file.sha256, page)
    answer = Response(content, mimetype=MEDIA_TYPES[kind])
    show_inside(answer, alone=True)
    answer.headers["X-Pages"] = "1"
    return answer


def _power(organisation: int) -> tuple[Power, bytes]:
    with open_reading(Permission.CONTRACTS_READ) as context:
        power_file = queries.get_dossier(context.db, context.viewer, organisation).power
    if power_file is None or not power_file.storage_key:
        raise NotFound(_NO_PIECE)
    return power_file, read_piece(
        portal().papers.storage, power_file.storage_key, power_file.sha256
    )


def _kind(content: bytes) -> PieceKind:
    """Return the kind of a stored piece, from its first bytes."""
    matching_kinds = (kind for magic, kind in _MAGIC if content.startswith(magic))
    kind = next(matching_kinds, None)
    if kind is None:
        raise Unreadable(_NO_PIECE)
    return kind


@routes.post("/api/contrats/pouvoir")
def receive_power() -> ResponseReturnValue:
    """Store the proof of power of the viewer's organisation, screened like any piece of proof.

    `known` is the proof that the page showed. If another one was stored since, the answer names it;
    the client replaces it by sending again with the value in the answer.
    """
    viewer_now().require(Permission.CONTRACTS_WRITE)
    fields, files = read_form()
    if len(files) != 1:
        raise Conflict(_ONE)
    with open_reading() as context:
        current_dossier = queries.get_dossier(context.db, context.viewer)
    if stands := kept_since(current_dossier.power, fields.get("known", "")):
        return jsonify(
            error=stands, again={"known": mark_of(current_dossier.power)}
        ), Conflict.status
    with stored(files, portal().papers.storage) as pieces, open_writing() as context:
        (piece,) = pieces
        db, viewer, now = context.db, context.viewer, context.now
        new_power = Power(name=piece.name, sha256=piece.sha256, storage_key=piece.storage_key)
        dossier = actions.keep_step(
            db, viewer, DossierStep.POWER, new_power, version=current_dossier.version, now=now
        )
        if queries.find_current(db, viewer) is None:
            actions.begin(db, viewer, now=now)
    return jsonify(version=dossier.version), 201
