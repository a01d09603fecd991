"""Download what the page of several PCEs shows, from the same query string and a format."""

from collections.abc import Iterable
from tempfile import TemporaryFile

from flask import Blueprint, Response, request

from api.consumption_downloads import attached, format_in, pieces_of
from api.context import open_reading
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, set_language
from data.metering.consumption.files.together_writer import file_name, together_csv, together_xlsx
from data.metering.consumption.queries import sum_selection
from data.metering.consumption.rules.together import read_together
from data.request import Request
from data.rights.rules.reads import EXPORTED

routes = Blueprint("together", __name__)


@routes.get("/export/ensemble")
def export_together() -> Response:
    """Export what the query string shows; `format` csv or xlsx."""
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        return write_selection(context, request.args.to_dict())


def write_selection(context: Request, query: dict[str, str]) -> Response:
    """The file asked for; Invalid when the address names neither several PCE nor a group."""
    viewer = context.viewer
    set_language(viewer.language)
    ending, combined_query = format_in(query), read_together(query, viewer.today)
    if combined_query is None:
        raise Invalid(N_("Indiquez plusieurs PCE, une étiquette ou un titulaire."))
    combined_series = sum_selection(context.db, viewer, combined_query, context.settings.carbon)
    for number in combined_series.read:
        context.record_read(number, EXPORTED)
    body: Iterable[bytes] | bytes
    if ending == "csv":
        body = together_csv(combined_series)
    else:
        target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
        together_xlsx(combined_series, target)
        target.seek(0)
        body = pieces_of(target)
    return attached(body, file_name(viewer.today, ending))
