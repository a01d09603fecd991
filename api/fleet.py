"""Download the fleet ranking, from the same query string and a format."""

from collections.abc import Iterable
from tempfile import TemporaryFile

from flask import Blueprint, Response, request

from api.consumption_downloads import attached, format_in, pieces_of
from api.context import open_reading
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, set_language
from core.paging import RowBlock
from data.metering.consumption import queries
from data.metering.consumption.files.fleet_writer import file_name, fleet_csv, fleet_xlsx
from data.metering.consumption.rules.fleet import months_shown, read_fleet
from data.request import Request
from data.rights.rules.reads import EXPORTED

MOST = 20_000  # lines: as many as one choice of PCE holds

routes = Blueprint("fleet", __name__)


@routes.get("/export/parc")
def export_fleet() -> Response:
    """Export the ranking in the query string; `format` csv or xlsx."""
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        return write_ranking(context, request.args.to_dict())


def write_ranking(context: Request, query: dict[str, str]) -> Response:
    """The file asked for; Invalid when it would be too long to be made while one waits."""
    db, viewer = context.db, context.viewer
    set_language(viewer.language)
    ending, view = format_in(query), read_fleet(query)
    if queries.count_fleet(db, viewer, view) > MOST:
        raise Invalid(N_("Un fichier tient au plus {most} PCE : resserrez les filtres."), most=MOST)
    rows = queries.list_fleet(db, viewer, view, block=RowBlock(MOST))
    rows = queries.price_rows(db, viewer, rows)
    for row in rows:
        context.record_read(row.number if row.tells else None, EXPORTED)
    months = months_shown(viewer.today)
    has_costs = queries.has_costs(db, viewer)
    costs = queries.load_fleet_costs(db, viewer, view, rows) if has_costs else None
    body: Iterable[bytes] | bytes
    if ending == "csv":
        body = fleet_csv(rows, months, costs)
    else:
        target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
        fleet_xlsx(rows, months, target, costs)
        target.seek(0)
        body = pieces_of(target)
    return attached(body, file_name(viewer.today, ending))
