"""Sheets that fill small tables: what is kept as a file, and a file on its way to be looked at."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.deposits import counted
from api.exports import attached, format_in
from api.portal import portal, viewer_now
from api.thresholds import MOST, too_big
from data.access import Permission, Viewer
from data.errors import Invalid, NotFound, Unreadable
from data.operat import files as operat
from data.operat.queries import list_sites
from data.prices import files as prices
from data.prices.queries import list_components
from data.runs.files.rows import write_rows
from data.runs.types import SheetTable
from i18n import N_, plural, set_language

routes = Blueprint("sheets", __name__)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table by the name of its address: who reads and writes it, its columns and its lines."""

    reads: Permission
    writes: Permission
    header: Sequence[str]
    read: Callable[[bytes], SheetTable]
    rows: Callable[[Session, Viewer], Iterable[Sequence[Any]]]


TABLES: Mapping[str, _Table] = {
    "prix": _Table(
        Permission.PRICES_READ,
        Permission.PRICES_WRITE,
        prices.HEADER,
        prices.read,
        lambda db, viewer: map(prices.cells_of, list_components(db, viewer)),
    ),
    "operat": _Table(
        Permission.CONSUMPTION_READ,
        Permission.PCES_WRITE,
        operat.HEADER,
        operat.read,
        lambda db, viewer: map(operat.cells_of, list_sites(db, viewer)),
    ),
}


def _table(kind: str) -> _Table:
    if kind not in TABLES:
        raise NotFound(N_("Cette feuille n’existe pas."))
    return TABLES[kind]


@routes.get("/export/feuilles/<kind>")
def export_sheet(kind: str) -> Response:
    """Every line that is kept; `template` for the head alone."""
    viewer, table = viewer_now(), _table(kind)
    viewer.require(table.reads)
    set_language(viewer.language)
    ending = format_in(request.args)
    with portal().database.reading() as db:
        rows = [] if request.args.get("template") else list(table.rows(db, viewer))
    body = write_rows(table.header, rows, as_xlsx=ending == "xlsx", sheet=kind)
    return attached(body, f"{kind}-{viewer.today:%Y-%m-%d}.{ending}")


@routes.get("/feuilles/<kind>")
def announce(kind: str) -> ResponseReturnValue:
    """Say what would refuse a sheet of so many `octets`, before it is sent."""
    viewer_now().require(_table(kind).writes)
    if counted("octets") > MOST:
        raise too_big()
    return "", 204


@routes.post("/feuilles/<kind>")
def receive(kind: str) -> ResponseReturnValue:
    """Read a sheet and give it back: nothing is kept here until its reader confirms it."""
    viewer, table = viewer_now(), _table(kind)
    viewer.require(table.writes)
    file = request.files.get("files")
    if file is None or not file.filename:
        raise Invalid(N_("Choisissez d’abord un fichier."))
    content = file.stream.read(MOST + 1)
    if len(content) > MOST:
        raise too_big()
    if not content:
        raise Unreadable(N_("Le fichier « {name} » est vide."), name=file.filename[:200])
    with portal().running.one_more(viewer.user_id):
        sheet = table.read(content)
    said = plural("{count} ligne contrôlée", "{count} lignes contrôlées", len(sheet.lines))
    kept = base64.b64encode(content).decode("ascii")
    return jsonify(said=said, name=file.filename, content=kept), 201
