"""Download an organisation's bills with the findings about each."""

from flask import Blueprint, Response, request

from api.consumption_downloads import attached, format_in
from api.context import open_reading
from core.access import Permission
from core.i18n import set_language
from data.metering.pces.queries import get_scope
from data.money.bills.files import judged_cells, judged_header
from data.money.bills.queries import list_judged
from data.rights.rules.reads import EXPORTED
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
