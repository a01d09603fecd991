"""Sheets of thresholds: those that stand as a file, and a file on its way to be looked at."""

import base64

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.deposits import counted
from api.exports import attached, format_in
from api.portal import portal, viewer_now
from data.access import Permission
from data.errors import Invalid, TooBig, Unreadable
from data.thresholds import queries
from data.thresholds.files import read, write_csv, write_xlsx
from i18n import N_, plural

routes = Blueprint("thresholds", __name__)
MOST = 1_000_000  # octets: it comes back to the page, and from there to be confirmed


@routes.get("/export/seuils")
def export_thresholds() -> Response:
    """Every threshold that stands, a line a PCE; `template` for the head alone."""
    viewer = viewer_now()
    viewer.require(Permission.THRESHOLDS_READ)
    ending = format_in(request.args)
    with portal().database.reading() as db:
        rows = () if request.args.get("template") else queries.sheet_rows(db, viewer)
    body = write_csv(rows) if ending == "csv" else write_xlsx(rows)
    return attached(body, f"seuils-{viewer.today:%Y-%m-%d}.{ending}")


@routes.get("/seuils/feuille")
def announce() -> ResponseReturnValue:
    """Say what would refuse a sheet of so many `octets`, before it is sent."""
    viewer_now().require(Permission.THRESHOLDS_WRITE)
    if counted("octets") > MOST:
        raise too_big()
    return "", 204


@routes.post("/seuils/feuille")
def receive() -> ResponseReturnValue:
    """Read a sheet and give it back: nothing is kept here until its reader confirms it."""
    viewer = viewer_now()
    viewer.require(Permission.THRESHOLDS_WRITE)
    file = request.files.get("files")
    if file is None or not file.filename:
        raise Invalid(N_("Choisissez d’abord un fichier."))
    content = file.stream.read(MOST + 1)
    if len(content) > MOST:
        raise too_big()
    if not content:
        raise Unreadable(N_("Le fichier « {name} » est vide."), name=file.filename[:200])
    with portal().running.one_more(viewer.user_id):
        sheet = read(content)
    said = plural("{count} ligne contrôlée", "{count} lignes contrôlées", len(sheet.lines))
    kept = base64.b64encode(content).decode("ascii")
    return jsonify(said=said, name=file.filename, content=kept), 201


def too_big() -> TooBig:
    return TooBig(N_("Cette feuille est trop lourde : {most} Mo au plus."), most=MOST // 1_000_000)
