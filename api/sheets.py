"""Download the sheets that fill small tables, and receive one to preview."""

import base64

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.consumption_downloads import attached, format_in
from api.context import open_reading, portal, viewer_now
from api.deposits import counted
from api.file_names import sent_name
from core.errors import Invalid, TooBig, Unreadable
from core.i18n import N_, plural, set_language
from data.runs.files import cleaned
from data.runs.files.rows import write_rows
from data.sheets import sheet_kind

routes = Blueprint("sheets", __name__)
MOST = 1_000_000  # octets: it comes back to the page, and from there to be confirmed
_DIGITS = 9


@routes.get("/export/feuilles/<kind>")
def export_sheet(kind: str) -> Response:
    """Export every stored line, or those `of` something; `template` for the header only."""
    sheet_type = sheet_kind(kind)
    with open_reading(sheet_type.reads) as context:
        db, viewer = context.db, context.viewer
        set_language(viewer.language)
        ending, place = format_in(request.args), _place(request.args.get("organisation", ""))
        rows = (
            []
            if request.args.get("template")
            else list(sheet_type.rows(db, viewer, request.args.get("of", "")))
        )
        choices = sheet_type.choices(db, viewer, place)
    xlsx = ending == "xlsx"
    body = write_rows(sheet_type.header, rows, as_xlsx=xlsx, sheet=kind, choices=choices)
    return attached(body, f"{kind}-{viewer.today:%Y-%m-%d}.{ending}")


def _place(text: str) -> int | None:
    """Return the organisation in an address; None for the viewer's own."""
    is_key = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return None if not text else int(text) if is_key else 0


@routes.get("/feuilles/<kind>")
def announce(kind: str) -> ResponseReturnValue:
    """Check a sheet of so many `octets` before it is sent."""
    viewer_now().require(sheet_kind(kind).writes)
    if counted("octets") > MOST:
        raise _too_big()
    return "", 204


@routes.post("/feuilles/<kind>")
def receive(kind: str) -> ResponseReturnValue:
    """Read a sheet and return it: nothing is stored until its reader confirms it."""
    viewer, sheet_type = viewer_now(), sheet_kind(kind)
    viewer.require(sheet_type.writes)
    file = request.files.get("files")
    if file is None or not file.filename:
        raise Invalid(N_("Choisissez d’abord un fichier."))
    name, content = cleaned(sent_name(file)), file.stream.read(MOST + 1)
    if len(content) > MOST:
        raise _too_big()
    if not content:
        raise Unreadable(N_("Le fichier « {name} » est vide."), name=name)
    with portal().running.one_more(viewer.user_id):
        sheet = sheet_type.read(content)
    message = plural("{count} ligne contrôlée", "{count} lignes contrôlées", len(sheet.lines))
    encoded_content = base64.b64encode(content).decode("ascii")
    return jsonify(said=message, name=name, content=encoded_content), 201


def _too_big() -> TooBig:
    return TooBig(N_("Cette feuille est trop lourde : {most} Mo au plus."), most=MOST // 1_000_000)
