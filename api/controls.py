"""Download the filtered list of controls as a file."""

from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import TemporaryFile

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from api.consumption_downloads import attached, format_in, pieces_of
from api.context import open_reading
from core.access import Permission, Viewer
from core.i18n import set_language
from data.controls import queries
from data.controls.files.sheet import write_csv, write_xlsx
from data.controls.rules.address_filters import read_filter, read_sort
from data.metering.pces.rules import storable

routes = Blueprint("controls", __name__)


@routes.get("/controles/export")
def export_controls() -> Response:
    """Export every control that matches the query string; `format` csv or xlsx."""
    with ExitStack() as opened:
        context = opened.enter_context(open_reading(Permission.CONTROLS_READ, streams=True))
        viewer, ending = context.viewer, format_in(request.args)
        set_language(viewer.language)
        answer = attached(_body(context.db, viewer, ending), f"controles-{viewer.today}.{ending}")
        answer.call_on_close(opened.pop_all().close)
    return answer


def _body(db: Session, viewer: Viewer, ending: str) -> Iterable[bytes]:
    query = {name: storable(value) for name, value in request.args.items()}
    sort, descending = read_sort(query)
    rows = queries.iter_controls(db, viewer, read_filter(query), sort=sort, descending=descending)
    if ending == "csv":
        return write_csv(rows, staff=viewer.staff)
    target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
    write_xlsx(rows, target, staff=viewer.staff)
    target.seek(0)
    return pieces_of(target)
