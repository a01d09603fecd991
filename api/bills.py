"""Download bills with the findings about each, and read an e-invoice to fill the form."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.consumption_downloads import attached, format_in
from api.context import open_reading, portal, viewer_now
from api.deposits import counted
from api.file_names import sent_name
from core.access import Permission
from core.errors import Invalid, TooBig, Unreadable
from core.i18n import N_, _, set_language
from data.metering.pces.queries import get_scope
from data.money.bills.files import e_invoice
from data.money.bills.files.sheets import judged_cells, judged_header
from data.money.bills.queries import list_judged
from data.rights.rules.reads import EXPORTED
from data.runs.files import cleaned
from data.runs.files.rows import write_rows

routes = Blueprint("bills", __name__)


@routes.get("/export/factures")
def export_bills() -> Response:
    """Export all the bills, or those of one `pce`, with their findings; `format` csv or xlsx."""
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        db, viewer = context.db, context.viewer
        set_language(viewer.language)
        ending, number = format_in(request.args), request.args.get("pce", "")
        pce = get_scope(db, viewer, number).number if number else ""
        judged = list_judged(db, viewer, pce)
    for bill in judged:
        if bill.judgement.low_wh is not None:
            context.record_read(bill.bill.draft.pce, EXPORTED)
    rows = map(judged_cells, judged)
    body = write_rows(judged_header(), rows, as_xlsx=ending == "xlsx", sheet="factures")
    return attached(body, f"factures-{viewer.today:%Y-%m-%d}.{ending}")


@routes.get("/factures/lire")
def announce_invoice() -> ResponseReturnValue:
    """Check an e-invoice of so many `octets` before it is sent."""
    viewer_now().require(Permission.PRICES_WRITE)
    if counted("octets") > e_invoice.MOST_BYTES:
        raise _too_big()
    return "", 204


@routes.post("/factures/lire")
def read_invoice() -> ResponseReturnValue:
    """Read an e-invoice and return the bill in it: neither the file nor the bill is stored."""
    viewer = viewer_now()
    viewer.require(Permission.PRICES_WRITE)
    file = request.files.get("files")
    if file is None or not file.filename:
        raise Invalid(N_("Choisissez d’abord un fichier."))
    name, content = cleaned(sent_name(file)), file.stream.read(e_invoice.MOST_BYTES + 1)
    if len(content) > e_invoice.MOST_BYTES:
        raise _too_big()
    if not content:
        raise Unreadable(N_("Le fichier « {name} » est vide."), name=name)
    with portal().running.one_more(viewer.user_id):
        bill = e_invoice.read(content)
    days = {"first": bill.first and f"{bill.first}", "last": bill.last and f"{bill.last}"}
    message = _("« {name} » est lue : vérifiez ses chiffres, puis enregistrez-la.", name=name)
    return jsonify(said=message, bill=asdict(bill) | days), 201


def _too_big() -> TooBig:
    most = e_invoice.MOST_BYTES // 1_000_000
    return TooBig(N_("Cette facture est trop lourde : {most} Mo au plus."), most=most)
