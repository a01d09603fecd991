"""Download what the consumption screen shows, from the same query string."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from api.context import open_reading, portal
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, set_language
from data.exports.files.international import day_lines
from data.exports.files.parquet_table import write_parquet
from data.exports.files.summary import write_summary
from data.metering.consumption import queries
from data.metering.consumption.files import (
    PceDay,
    SheetHead,
    write_csv,
    write_espace_client,
    write_table_xlsx,
)
from data.metering.consumption.files.summary_writer import file_stem, summary_csv, summary_xlsx
from data.metering.consumption.rules.ignored_parameters import faults_in
from data.metering.consumption.rules.table import daily, reading_days
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import DayStatement, Quality, Series, Status
from data.metering.pces.queries import get_detail
from data.request import Request
from data.rights.rules.reads import EXPORTED, PUBLISHED
from data.thresholds.queries.chart_series import load_limits_series

INTERNATIONAL = "csv-international"
PARQUET = "parquet"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
}
PIECE = 65_536
LAYOUTS = frozenset({"table", "readings", "espace-client"})  # the last two are of gas days
MEASURED = frozenset({Quality.MEASURED, Quality.CORRECTED})
_NO_SITE = N_("Le site à comparer n’existe pas, ou vous n’avez pas accès à ses données.")
_UNKNOWN = N_("Ce format d’export n’existe pas.")

routes = Blueprint("exports", __name__)


@routes.get("/export/consommations")
def export_consumption() -> Response:
    """Export what the query string shows; `format` csv or xlsx, `layout` one of LAYOUTS."""
    with ExitStack() as opened:
        context = opened.enter_context(open_reading(Permission.CONSUMPTION_EXPORT))
        with ExitStack() as turn:  # a process of its own writes Parquet
            if request.args.get("format") == PARQUET:
                turn.enter_context(portal().running.one_more(context.viewer.user_id))
            answer = write_series(context, request.args.to_dict())
        answer.call_on_close(opened.pop_all().close)
    return answer


def write_series(context: Request, query: dict[str, str]) -> Response:
    """The file asked for, streamed; the transaction must stay open until it is sent."""
    db, viewer, carbon = context.db, context.viewer, context.settings.carbon
    set_language(viewer.language)
    international = query.get("format") == INTERNATIONAL
    is_parquet = query.get("format") == PARQUET
    file_format = PARQUET if is_parquet else "csv" if international else format_in(query)
    layout = query.get("layout", "table")
    if layout not in LAYOUTS:
        raise Invalid(_UNKNOWN)
    for message, params in faults_in(query):
        raise Invalid(message, **params)
    view = read_view(query, viewer.today)
    chart_series = load_limits_series(db, viewer, view, carbon)[0]
    if view.reference and view.reference.pce and chart_series.reference is None:
        raise Invalid(_NO_SITE)
    context.record_series(chart_series, PUBLISHED if chart_series.published else EXPORTED)
    if layout != "table" and not daily(chart_series):
        raise Invalid(N_("Ce format est celui des journées : affichez-les par jour."))
    if layout == "espace-client" and file_format != "xlsx":
        raise Invalid(N_("Le format Espace Client est un XLSX de journées, pour un seul PCE."))
    body: Iterable[bytes] | bytes
    if file_format == "xlsx":
        body = pieces_of(_workbook(db, viewer, chart_series, layout))
    else:
        lines = _csv(db, viewer, chart_series, layout, international=international or is_parquet)
        body = write_parquet(lines) if is_parquet else lines
    ending = f"-international.{file_format}" if international else f".{file_format}"
    return attached(
        body, f"{file_stem(chart_series.number, chart_series.first, chart_series.last)}{ending}"
    )


def format_in(query: Mapping[str, str]) -> str:
    """Return the requested `format`, csv by default. Raise Invalid for an unknown one."""
    file_format = query.get("format", "csv")
    if file_format not in {"csv", "xlsx"}:
        raise Invalid(_UNKNOWN)
    return file_format


def attached(body: Iterable[bytes] | bytes, name: str) -> Response:
    """Return a file to download under `name`, whose ending determines its type."""
    answer = Response(body, content_type=TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _csv(
    db: Session, viewer: Viewer, chart_series: Series, layout: str, *, international: bool
) -> Iterable[bytes]:
    if layout == "table":
        return write_summary(chart_series) if international else [summary_csv(chart_series)]
    days = _days(db, viewer, chart_series)
    if international:
        return day_lines(chart_series.number, chart_series.alias, days)
    return write_csv(PceDay(chart_series.number, chart_series.alias, day) for day in days)


def _workbook(db: Session, viewer: Viewer, chart_series: Series, layout: str) -> IO[bytes]:
    """Return a workbook in a temporary file, deleted when closed."""
    target = TemporaryFile()  # noqa: SIM115 (closed by the one who sends it)
    if layout == "table":
        summary_xlsx(chart_series, target)
    elif layout == "espace-client":
        detail = get_detail(db, viewer, chart_series.number)
        head = SheetHead(viewer.today, chart_series.number, chart_series.alias, detail.address)
        write_espace_client(head, _days(db, viewer, chart_series), target)
    else:
        days = _days(db, viewer, chart_series)
        write_table_xlsx(
            (PceDay(chart_series.number, chart_series.alias, day) for day in days), target
        )
    target.seek(0)
    return target


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _days(db: Session, viewer: Viewer, chart_series: Series) -> Iterator[DayStatement]:
    """Yield every gas day that the button counted; unknown days are absent.

    So are estimated and reconstructed days where the chart leaves them out.
    """
    days = reading_days(chart_series)
    if not days:
        return iter(())
    rows = queries.iter_day_statements(db, viewer, chart_series.number, days[0], days[-1])
    if chart_series.view.measured:
        rows = (row for row in rows if row.quality in MEASURED)
    return _filled(rows, days)


def _filled(rows: Iterator[DayStatement], days: Sequence[date]) -> Iterator[DayStatement]:
    """Yield a statement for each of the consecutive `days`; missing ones are absent."""
    row = next(rows, None)
    for day in days:
        if row is not None and row.gas_day == day:
            yield row
            row = next(rows, None)
        else:
            nothing = (None,) * 6
            yield DayStatement(day, *nothing, Quality.ABSENT, Status.UNKNOWN)
