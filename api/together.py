"""Download what the page of several PCEs shows, from the same query string and a format."""

from collections.abc import Callable, Iterable
from tempfile import TemporaryFile

from flask import Blueprint, Response, g, request
from sqlalchemy.orm import Session

from api.consumption_downloads import attached, format_in, pieces_of
from api.context import portal, viewer_now
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, set_language
from data.consumption.files.together_writer import file_name, together_csv, together_xlsx
from data.consumption.queries import sum_selection
from data.consumption.rules.together import read_together
from data.consumption.types import Together
from data.rights.rules.reads import EXPORTED
from data.settings.types import Carbon

routes = Blueprint("together", __name__)


@routes.get("/export/ensemble")
def export_together() -> Response:
    """What the query string shows; `format` csv or xlsx."""
    viewer = viewer_now()
    viewer.require(Permission.CONSUMPTION_EXPORT)
    with portal().database.reading() as db:
        carbon = portal().values.carbon
        return summed(db, viewer, request.args.to_dict(), saw=exports_of, carbon=carbon)


def exports_of(combined_series: Together) -> None:
    """Remember whose figures this request exports: api/access_log.py writes it."""
    g.saw = dict.fromkeys(combined_series.read, EXPORTED)


def summed(
    db: Session,
    viewer: Viewer,
    query: dict[str, str],
    *,
    saw: Callable[[Together], None] = lambda _found: None,
    carbon: Carbon | None = None,
) -> Response:
    """The file asked for; Invalid when the address names neither several PCE nor a group."""
    set_language(viewer.language)
    ending, combined_query = format_in(query), read_together(query, viewer.today)
    if combined_query is None:
        raise Invalid(N_("Indiquez plusieurs PCE, une étiquette ou un titulaire."))
    combined_series = sum_selection(db, viewer, combined_query, carbon)
    saw(combined_series)
    body: Iterable[bytes]
    if ending == "csv":
        body = together_csv(combined_series)
    else:
        target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
        together_xlsx(combined_series, target)
        target.seek(0)
        body = pieces_of(target)
    return attached(body, file_name(viewer.today, ending))
