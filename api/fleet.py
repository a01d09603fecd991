"""Download the fleet ranking, from the same query string and a format."""

from collections.abc import Callable, Iterable, Sequence
from tempfile import TemporaryFile

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from api.consumption_downloads import attached, format_in, pieces_of
from api.context import portal, viewer_now
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, set_language
from data.consumption import queries
from data.consumption.files.fleet_writer import file_name, fleet_csv, fleet_xlsx
from data.consumption.rules.fleet import months_shown, read_fleet
from data.consumption.types import FleetRow
from data.rights.rules.reads import EXPORTED

MOST = 20_000  # lines: as many as one choice of PCE holds

routes = Blueprint("fleet", __name__)


@routes.get("/export/parc")
def export_fleet() -> Response:
    """What the query string ranks; `format` csv or xlsx."""
    viewer = viewer_now()
    viewer.require(Permission.CONSUMPTION_EXPORT)
    with portal().database.reading() as db:
        return ranked(db, viewer, request.args.to_dict(), saw=exports_of)


def exports_of(rows: Sequence[FleetRow]) -> None:
    """Remember whose figures this request exports: api/access_log.py writes it."""
    g.saw = {row.number: EXPORTED for row in rows if row.tells}


def ranked(
    db: Session,
    viewer: Viewer,
    query: dict[str, str],
    *,
    saw: Callable[[Sequence[FleetRow]], None] = lambda _rows: None,
) -> Response:
    """The file asked for; Invalid when it would be too long to be made while one waits."""
    set_language(viewer.language)
    ending, view = format_in(query), read_fleet(query)
    if queries.count_fleet(db, viewer, view) > MOST:
        raise Invalid(N_("Un fichier tient au plus {most} PCE : resserrez les filtres."), most=MOST)
    rows = queries.list_fleet(db, viewer, view, limit=MOST)
    saw(rows)
    months = months_shown(viewer.today)
    has_costs = queries.has_costs(db, viewer)
    costs = queries.load_fleet_costs(db, viewer, view, rows) if has_costs else None
    body: Iterable[bytes]
    if ending == "csv":
        body = fleet_csv(rows, months, costs)
    else:
        target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
        fleet_xlsx(rows, months, target, costs)
        target.seek(0)
        body = pieces_of(target)
    return attached(body, file_name(viewer.today, ending))
