"""Download the file of a year, to be checked and declared to OPERAT."""

from flask import Blueprint, Response, request

from api.consumption_downloads import attached, format_in
from api.context import open_reading
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, set_language
from data.money.operat.files import entity_row, entity_titles, row_of, titles
from data.money.operat.queries import list_lines
from data.money.operat.rules.entities import entities_of
from data.rights.rules.reads import EXPORTED
from data.runs.files.rows import write_rows

routes = Blueprint("operat", __name__)
_DIGITS, EARLIEST = 4, "2000"


@routes.get("/export/operat")
def export_operat() -> Response:
    """Export the declared sites and their `year`; `by=efa` groups them by entity."""
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        set_language(context.viewer.language)
        ending, text = format_in(request.args), request.args.get("year", "")
        latest = str(context.viewer.today.year)
        is_year = text.isascii() and text.isdigit() and len(text) == _DIGITS
        if not is_year or not EARLIEST <= text <= latest:
            raise Invalid(N_("Indiquez l’année à préparer : 2025, par exemple."))
        lines = list_lines(context.db, context.viewer, int(text))
    for line in lines:
        context.record_read(line.site.draft.pce if line.year.days else None, EXPORTED)
    as_xlsx = ending == "xlsx"
    if request.args.get("by") == "efa":
        rows = map(entity_row, entities_of(lines))
        body = write_rows(entity_titles(), rows, as_xlsx=as_xlsx, sheet="EFA")
        return attached(body, f"operat-{text}-efa.{ending}")
    body = write_rows(titles(), map(row_of, lines), as_xlsx=as_xlsx, sheet="OPERAT")
    return attached(body, f"operat-{text}.{ending}")
