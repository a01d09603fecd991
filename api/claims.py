"""Receive the letter that proves a claim on a delivery point, and serve it."""

from io import BytesIO

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.deposits import counted
from api.headers import show_inside
from api.uploads import read_form, stored
from core.access import Permission
from core.errors import Conflict, TooBig
from core.i18n import N_, _, size_limit
from data.administration.claims import actions, queries
from data.controls.files.storage import read_piece
from data.controls.rules.pieces import MOST_OCTETS
from data.controls.types import PieceKind
from data.controls.types.pieces import MEDIA_TYPES
from data.metering.pces.rules import storable

routes = Blueprint("claims", __name__)


@routes.get("/points/lettre")
def announce_letter() -> ResponseReturnValue:
    """Check the PCE and the size of a letter before it is sent."""
    viewer_now().require(Permission.PCES_ADD)
    if counted("octets") > MOST_OCTETS:
        raise TooBig(N_("Cette lettre est trop lourde : {most} au plus."),
                     most=size_limit(MOST_OCTETS))  # fmt: skip
    with open_reading() as context:
        number = storable(request.args.get("pce", ""))
        actions.check_claim(context.db, context.viewer, number, now=context.now)
    return "", 204


@routes.post("/points/lettre")
def receive_letter() -> ResponseReturnValue:
    """Store a letter and the claim that it proves, in one transaction."""
    viewer_now().require(Permission.PCES_ADD)
    fields, files = read_form()
    if len(files) != 1:
        raise Conflict(N_("Joignez un seul fichier."))
    number = storable(fields.get("pce", ""))
    with stored(files) as pieces, open_writing() as context:
        actions.claim_by_letter(context.db, context.viewer, number, pieces[0], now=context.now)
    return jsonify(said=_("La lettre est envoyée.")), 201


@routes.get("/points/lettres/<int:claim>")
def show_letter(claim: int) -> Response:
    """Serve a letter to its organisation and to the distributor."""
    with open_reading(Permission.PCES_ADD) as context:
        letter = queries.get_letter(context.db, context.viewer, claim)
    content = read_piece(portal().storage, letter.storage_key, letter.sha256)
    kind = PieceKind(letter.kind)
    answer = send_file(BytesIO(content), mimetype=MEDIA_TYPES[kind], download_name=letter.name)
    show_inside(answer, alone=kind is not PieceKind.PDF)
    return answer
