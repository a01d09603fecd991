"""Sheets of people to invite: the empty one, and one on its way to be looked at."""

import base64

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.deposits import counted
from api.exports import attached, format_in
from api.portal import portal, viewer_now
from data.access import roles_of
from data.errors import Invalid, TooBig, Unreadable
from data.people import queries
from data.people.files import read, template_csv, template_xlsx
from data.people.types import Place
from i18n import N_, plural

routes = Blueprint("people", __name__)
MOST = 500_000  # octets: it comes back to the page, and from there to be confirmed
_DIGITS = 9


@routes.get("/admin/modele")
def export_template() -> Response:
    """The empty sheet of an organisation, with the roles that it knows."""
    place, ending = place_of(request.args.get("organisation", "")), format_in(request.args)
    body = template_csv() if ending == "csv" else template_xlsx(roles_of(place.kind))
    return attached(body, f"personnes-modele.{ending}")


@routes.get("/admin/feuille/<organisation>")
def announce(organisation: str) -> ResponseReturnValue:
    """Say what would refuse a sheet of so many `octets`, before it is sent."""
    place_of(organisation)
    if counted("octets") > MOST:
        raise too_big()
    return "", 204


@routes.post("/admin/feuille/<organisation>")
def receive(organisation: str) -> ResponseReturnValue:
    """Read a sheet and give it back: nobody is invited until its reader confirms it."""
    place = place_of(organisation)
    file = request.files.get("files")
    if file is None or not file.filename:
        raise Invalid(N_("Choisissez d’abord un fichier."))
    content = file.stream.read(MOST + 1)
    if len(content) > MOST:
        raise too_big()
    if not content:
        raise Unreadable(N_("Le fichier « {name} » est vide."), name=file.filename[:200])
    with portal().running.one_more(viewer_now().user_id):
        sheet = read(content, roles_of(place.kind))
    count = len(sheet.lines) + sheet.refused
    said = plural("{count} ligne contrôlée", "{count} lignes contrôlées", count)
    kept = base64.b64encode(content).decode("ascii")
    return jsonify(said=said, name=file.filename, content=kept), 201


def place_of(text: str) -> Place:
    """The organisation that an address names, the viewer's own when it names none."""
    known = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    wanted = None if not text else int(text) if known else 0
    with portal().database.reading() as db:
        return queries.get_organisation(db, viewer_now(), wanted)


def too_big() -> TooBig:
    return TooBig(N_("Cette feuille est trop lourde : {most} ko au plus."), most=MOST // 1000)
