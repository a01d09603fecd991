"""Receive an attestation of OPERAT, and serve it."""

from io import BytesIO

from flask import Blueprint, Response, jsonify, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.uploads import check_kept, read_form, stored
from core.access import Permission
from core.errors import Conflict
from core.i18n import N_, _
from data.controls.files.storage import read_piece
from data.controls.types import PieceKind
from data.controls.types.pieces import MEDIA_TYPES
from data.metering.pces.rules import storable
from data.money.attestations import actions, queries
from data.money.attestations.rules import label_in, year_in
from data.money.attestations.types import AttestationDraft

routes = Blueprint("attestations", __name__)


@routes.post("/operat/attestations")
def receive_attestation() -> ResponseReturnValue:
    """Store an attestation for a year; that of the same year and label is replaced."""
    viewer = viewer_now()
    viewer.require(Permission.PCES_WRITE)
    fields, files = read_form()
    if len(files) != 1:
        raise Conflict(N_("Joignez un seul fichier."))
    year = year_in(fields.get("year", ""), viewer.today)
    draft = AttestationDraft(year, label_in(storable(fields.get("label", ""))))
    with stored(files) as pieces, open_writing() as context:
        replaced = actions.add(context.db, context.viewer, draft, pieces[0], now=context.now)
        check_kept(context.db, pieces)
    return jsonify(said=_("L’attestation est gardée."), year=year, replaced=replaced), 201


@routes.get("/operat/attestations/<int:attestation>")
def download_attestation(attestation: int) -> Response:
    """Serve an attestation to its organisation."""
    with open_reading(Permission.CONSUMPTION_READ) as context:
        file = queries.get_file(context.db, context.viewer, attestation)
    content = read_piece(portal().storage, file.storage_key, file.sha256)
    return send_file(
        BytesIO(content), mimetype=MEDIA_TYPES[PieceKind.PDF], download_name=file.name,
        as_attachment=True,
    )  # fmt: skip
