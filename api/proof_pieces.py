"""Serve pieces of proof: whole, page by page, or as the evidence pack of a control."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.headers import show_inside
from core.access import Permission
from core.errors import TooBig, Unreadable
from core.i18n import N_, _, plural, set_language, short_day
from data.controls import actions, queries
from data.controls.files.archive import seal_of
from data.controls.files.dossier import PackDossier, evidence_of, pieces_of
from data.controls.files.pack import pack, pack_name
from data.controls.files.page_renderer import ZOOMS, draw_page
from data.controls.files.storage import read_piece
from data.controls.files.text_layer import words_of
from data.controls.rules.marks import marks_in, missing_in, signature_date_in
from data.controls.rules.precheck import sought_in
from data.controls.types import PieceKind, PieceRow, StoredPiece
from data.controls.types.pieces import MEDIA_TYPES

routes = Blueprint("pieces", __name__)
MOST_PACKED = 256 * 1024 * 1024  # octets of the pieces of one control


@routes.get("/controles/pieces/<uuid:uid>")
def piece(uid: UUID) -> Response:
    """Serve a piece for display in a page, or with `telecharger` for download."""
    stored, content = _read(uid)
    row = stored.row
    answer = send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[row.kind],
        as_attachment=bool(request.args.get("telecharger")),
        download_name=row.name,
        conditional=True,
        etag=row.sha256,
    )
    show_inside(answer, alone=row.kind is not PieceKind.PDF)
    return answer


@routes.get("/controles/pieces/<uuid:uid>/pages/<int:page>.png")
def page(uid: UUID, page: int) -> Response:
    """Serve one page of a PDF as an image, with the number of pages in `X-Pages`."""
    zoom_text = request.args.get("zoom", "")
    zoom = next((zoom_level for zoom_level in ZOOMS if str(zoom_level) == zoom_text), ZOOMS[0])
    stored, content = _read(uid)
    picture, pages = _drawn(stored.row, content, page, zoom)
    answer = Response(picture, mimetype=MEDIA_TYPES[PieceKind.PNG])
    answer.headers["X-Pages"] = str(pages)
    return answer


def _drawn(row: PieceRow, content: bytes, page: int, zoom: int) -> tuple[bytes, int]:
    """Return the image of a page; one that could not be rendered is not retried."""
    here, picture_key = portal(), (row.sha256, page)
    if refusal := here.undrawn.get(picture_key):
        raise refusal
    with here.running.one_more(viewer_now().user_id):
        try:
            return draw_page(row.kind, content, page, zoom)
        except Unreadable as error:
            here.undrawn.remember(picture_key, Unreadable(error.message))
            raise


@routes.get("/controles/<uuid:control>/pieces/<uuid:uid>/reperes")
def marks(control: UUID, uid: UUID) -> ResponseReturnValue:
    """Return where a piece answers the checklist of a control; `read` says if it has text.

    `lacks` names what is missing in the piece, `dated` the day of the signature.
    """
    stored, content = _read(uid)
    with open_reading() as context:
        viewer, uids = context.viewer, [str(control)]
        (expected,) = queries.load_expected_proofs(context.db, viewer, uids).values()
    with portal().running.one_more(viewer.user_id):
        pages = words_of(stored.row.kind, content)
        sought = sought_in(expected, viewer.today)
        found_marks = [asdict(mark) for mark in marks_in(pages, sought)]
        dated = _dated(signature_date_in(pages, sought), expected.signed_by)
    return jsonify(read=any(pages), marks=found_marks, lacks=missing_in(pages, sought), dated=dated)


def _dated(day: date | None, by: date) -> Mapping[str, object] | None:
    """Return the day found, and its distance from the right that it must precede."""
    if day is None:
        return None
    day_count = (by - day).days
    day_label = short_day(day)
    if not day_count:
        words = _("{day}, le jour du droit", day=day_label)
    elif day_count > 0:
        words = plural(
            "{day}, {count} jour avant le droit", "{day}, {count} jours avant le droit",
            day_count, day=day_label,
        )  # fmt: skip
    else:
        words = plural(
            "{day}, {count} jour après le droit", "{day}, {count} jours après le droit",
            -day_count, day=day_label,
        )  # fmt: skip
    return {"words": words, "late": day_count < 0}


def _read(uid: UUID) -> tuple[StoredPiece, bytes]:
    with open_reading(Permission.CONTROLS_READ) as context:
        stored = queries.get_piece(context.db, context.viewer, str(uid))
    return stored, read_piece(portal().storage, stored.storage_key, stored.row.sha256)


@routes.get("/controles/<uuid:control>/preuves.zip")
def packed(control: UUID) -> Response:
    """Serve all of a control except internal notes; the journal records the seal of the pack."""
    here, viewer, uid = portal(), viewer_now(), str(control)
    viewer.require(Permission.CONTROLS_READ)
    set_language(viewer.language)
    with here.running.one_more(viewer.user_id):
        pack_content, keys = _pack_contents(uid)
        contents = {
            evidence_piece: read_piece(
                here.storage, stored_piece.storage_key, stored_piece.row.sha256
            )
            for evidence_piece, stored_piece in keys.items()
        }
        evidence = evidence_of(pack_content, contents, operator=here.operator)
        body = pack(evidence, here.signer)
    if request.method == "GET":  # a HEAD gives nothing away
        with open_writing() as context:
            actions.note_pack(context.db, viewer, uid, seal_of(body), now=context.now)
    return send_file(
        BytesIO(body),
        mimetype="application/zip",
        as_attachment=True,
        download_name=pack_name(evidence, body),
    )


def _pack_contents(uid: str) -> tuple[PackDossier, dict[str, StoredPiece]]:
    """Return the contents of the pack, and where its pieces are stored."""
    with open_reading() as context:
        db, viewer = context.db, context.viewer
        pack_content = PackDossier(
            detail=queries.get_control(db, viewer, uid, now=context.now),
            messages=queries.list_messages(db, viewer, uid, notes=False),
            entries=queries.list_control_events(db, viewer, uid, notes=False),
            links=queries.list_pack_entries(db, viewer, uid),
        )
        rows = [row for _deposit, _at, row in pieces_of(pack_content)]
        if sum(row.size for row in rows) > MOST_PACKED:
            raise TooBig(N_("Ce dossier est trop lourd pour être créé en une seule fois."))
        return pack_content, {row.uid: queries.get_piece(db, viewer, row.uid) for row in rows}
