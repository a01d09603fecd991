"""The file of a year, to be checked and declared to OPERAT."""

from flask import Blueprint, Response, g, request

from api.exports import attached, format_in
from api.portal import portal, viewer_now
from data.access import Permission
from data.errors import Invalid
from data.operat.files import row_of, titles
from data.operat.queries import list_lines
from data.rights.rules.reads import EXPORTED
from data.runs.files.rows import write_rows
from i18n import N_, set_language

routes = Blueprint("operat", __name__)
_DIGITS = 4


@routes.get("/export/operat")
def export_operat() -> Response:
    """The declared sites and their `year`, by the one table of columns; `format` csv or xlsx."""
    viewer = viewer_now()
    viewer.require(Permission.CONSUMPTION_EXPORT)
    set_language(viewer.language)
    ending, text = format_in(request.args), request.args.get("year", "")
    if not (text.isascii() and text.isdigit() and len(text) == _DIGITS and text >= "2000"):
        raise Invalid(N_("Indiquez l’année à préparer : 2025, par exemple."))
    with portal().database.reading() as db:
        lines = list_lines(db, viewer, int(text))
    g.saw = {line.site.draft.pce: EXPORTED for line in lines if line.year.days}
    body = write_rows(titles(), map(row_of, lines), as_xlsx=ending == "xlsx", sheet="OPERAT")
    return attached(body, f"operat-{text}.{ending}")
