"""Query an export's contents for each PCE: its kind of data, on readable days."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Text, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared
from data.exports.queries.csv_lines import DayRun, iter_csv_lines
from data.exports.queries.lists import list_reaches
from data.exports.types import Content, ExportRow, ExportSpec, FileKind, PceExtract, ReadPeriod
from data.metering.consumption.files.csv_writer import quoted
from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.consumption.queries.readable_days import (
    get_clipped_scope,
    get_readable_spans,
    has_hidden_day,
)
from data.metering.consumption.queries.sources import get_source_column, is_deposited
from data.metering.consumption.types import PeriodKind, Quality
from data.metering.pces.queries import get_detail, list_scopes_by_id
from data.metering.pces.types import Frequency, PceDetail, PceScope
from data.provenance import DataSource

Row = tuple[Any, ...]
_day = Reading.__table__.c
_period = ConsumptionPeriod.__table__.c
_inside = (
    _day.pce_id == bindparam("pce"),
    _day.gas_day.between(bindparam("first"), bindparam("last")),
)
_DAY_ROWS = (
    select(
        _day.gas_day,
        _day.index_start_dm3,
        _day.index_end_dm3,
        _day.volume_dm3,
        _day.energy_wh,
        _day.coefficient_e4,
        _day.temperature_c100,
        _day.quality,
        _day.status,
        case((_day.quality == int(Quality.ABSENT), 0), else_=get_source_column()),
        _day.flags,
    )
    .where(*_inside)
    .order_by(_day.gas_day)
)
_DAYS = Prepared(_DAY_ROWS)
# ADICT lines have no field for a source, so deposits are left out.
_PUBLISHED_DAYS = Prepared(_DAY_ROWS.where(~is_deposited()))
_month = func.substr(cast(_day.gas_day, Text), 1, 7)


_MONTHS = Prepared(
    select(
        _month,
        func.sum(_day.energy_wh),
        func.sum(_day.volume_dm3),
        func.count(case((_day.quality >= int(Quality.CORRECTED), 1))),
        func.count(case((_day.quality == int(Quality.ESTIMATED), 1))),
        func.count(case((_day.quality == int(Quality.RECONSTRUCTED), 1))),
        func.count(case((_day.quality == int(Quality.ABSENT), 1))),
        func.count(case((is_deposited(), 1))),
    )
    .where(*_inside)
    .group_by(_month)
    .order_by(_month)
)
_PERIOD_ROWS = (
    select(
        _period.first_day,
        _period.last_day,
        _period.index_start_dm3,
        _period.index_end_dm3,
        _period.volume_dm3,
        _period.energy_wh,
        _period.coefficient_e4,
        _period.quality,
        _period.status,
        _period.source,
    )
    .where(
        _period.pce_id == bindparam("pce"),
        _period.kind == PeriodKind.PUBLISHED,
        _period.replaced.is_(False),
        _period.first_day >= bindparam("since"),
        _period.last_day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_period.first_day, _period.last_day)
)
_PERIODS = Prepared(_PERIOD_ROWS)
_PUBLISHED_PERIODS = Prepared(_PERIOD_ROWS.where(_period.source != int(DataSource.DEPOSIT)))


def read_parts(
    db: Session, viewer: Viewer, spec: ExportSpec, scopes: Sequence[PceScope]
) -> Iterator[PceExtract]:
    """Yield the data of each of `scopes`, which are the viewer's own."""
    if spec.content is Content.DAILY and spec.file is FileKind.CSV:
        yield from _texts(db, spec, scopes)
        return
    for scope in scopes:
        rows = _READERS[spec.content](db, viewer, spec, scope)
        yield PceExtract(scope, len(rows), rows)


def get_read_period(spec: ExportSpec, scope: PceScope) -> ReadPeriod:
    """Return the readable days of `scope` that `spec` covers."""
    visible_scope = _get_content_scope(spec, scope)
    spans = _spans(spec, visible_scope) if spec.content.dated else []
    return (
        ReadPeriod(scope.id, spans[0][0], spans[-1][1], visible_scope.holes)
        if spans
        else ReadPeriod(scope.id)
    )


def can_still_read(db: Session, viewer: Viewer, export: ExportRow) -> bool:
    """Return whether `viewer` may still read all that an export contains."""
    if viewer.staff:
        return True
    for block in list_reaches(db, viewer, export.id):
        scopes = {
            item.id: item for item in list_scopes_by_id(db, viewer, [item.pce_id for item in block])
        }
        for reach in block:
            scope = scopes.get(reach.pce_id)
            if scope is None or not has_read_period(export.spec, scope, reach):
                return False
    return True


def has_read_period(spec: ExportSpec, scope: PceScope, reach: ReadPeriod) -> bool:
    """Return whether `spec` may read all of `reach` in the present `scope`."""
    if spec.content is Content.CONTRACTUAL:
        return scope.contractual
    if spec.content is Content.TECHNICAL:
        return scope.technical
    if reach.first is None or reach.last is None:
        return True
    visible_scope = _get_content_scope(spec, scope)
    early = visible_scope.first is not None and reach.first < visible_scope.first
    late = visible_scope.last is not None and reach.last > visible_scope.last
    runs = get_readable_spans((reach.first, reach.last), reach.holes)
    return not (early or late or any(has_hidden_day(visible_scope.holes, *run) for run in runs))


def _get_content_scope(spec: ExportSpec, scope: PceScope) -> PceScope:
    """Return the scope of the kind of data: published periods have their own days."""
    return get_clipped_scope(scope, published=spec.content is Content.PUBLISHED)


def _spans(spec: ExportSpec, scope: PceScope) -> list[tuple[date, date]]:
    """Return the requested and readable runs of days."""
    first = max(spec.first or date.min, scope.first or date.min)
    last = min(spec.last or date.max, scope.last or date.max)
    return get_readable_spans((first, last), scope.holes) if first <= last else []


def _texts(db: Session, spec: ExportSpec, scopes: Sequence[PceScope]) -> Iterator[PceExtract]:
    runs: list[DayRun] = []
    shares: list[int] = []
    for scope in scopes:
        spans = _spans(spec, _get_content_scope(spec, scope))
        lead = quoted(scope.number, scope.alias)
        runs += [DayRun(scope.id, *span, lead) for span in spans]
        shares.append(len(spans))
    results = iter(iter_csv_lines(db, runs))
    for scope, share in zip(scopes, shares, strict=True):
        span_results = [next(results) for _span in range(share)]
        texts = [text for count, text in span_results if count]
        yield PceExtract(
            scope, sum(count for count, _text in span_results), text="\r\n".join(texts)
        )


def _limits(scope: PceScope, span: tuple[date, date]) -> dict[str, object]:
    return {"pce": scope.id, "first": span[0], "last": span[1]}


def _days(db: Session, viewer: Viewer, spec: ExportSpec, scope: PceScope) -> list[Row]:
    del viewer
    spans = _spans(spec, _get_content_scope(spec, scope))
    days = _PUBLISHED_DAYS if spec.file is FileKind.NDJSON else _DAYS
    return [row for span in spans for row in days.rows(db, _limits(scope, span))]


def _months(db: Session, viewer: Viewer, spec: ExportSpec, scope: PceScope) -> list[Row]:
    """Return monthly sums of readable days; a month cut by a right has its readable part only."""
    del viewer
    months: dict[str, list[int | None]] = {}
    for span in _spans(spec, _get_content_scope(spec, scope)):
        for month, *sums in _MONTHS.rows(db, _limits(scope, span)):
            before = months.get(month, [None] * len(sums))
            months[month] = [
                _added(subtotal, other) for subtotal, other in zip(before, sums, strict=True)
            ]
    return [(date.fromisoformat(f"{month}-01"), *sums) for month, sums in sorted(months.items())]


def _added(first: int | None, other: int | None) -> int | None:
    """Add two optional numbers as integers; missing is not zero."""
    values = [int(value) for value in (first, other) if value is not None]
    return sum(values) if values else None


def _periods(db: Session, viewer: Viewer, spec: ExportSpec, scope: PceScope) -> list[Row]:
    """Return the periods that end in the requested days, wholly within the readable ones.

    For a meter read daily, the days are the published data (domain.md §1.2).
    """
    if scope.frequency is Frequency.DAILY:
        days = _days(db, viewer, spec, scope)
        return [(row[0], *row[:6], *row[7:10]) for row in days]
    visible_scope = _get_content_scope(spec, scope)
    first, last = spec.first or date.min, spec.last or date.max
    if not visible_scope.reads_days:
        return []
    since = visible_scope.first or date.min
    limits = _limits(scope, (first, min(last, visible_scope.last or last))) | {"since": since}
    periods = _PUBLISHED_PERIODS if spec.file is FileKind.NDJSON else _PERIODS
    period_rows = periods.rows(db, limits)
    return [row for row in period_rows if not has_hidden_day(visible_scope.holes, row[0], row[1])]


def _contract(db: Session, viewer: Viewer, spec: ExportSpec, scope: PceScope) -> list[Row]:
    del spec
    if not scope.contractual:
        return []
    detail = get_detail(db, viewer, scope.number)
    return [
        (
            detail.row.tariff,
            detail.supplier,
            detail.profile,
            detail.reference_kwh,
            _rounded(detail.contract.get("car_future")),
            _rounded(detail.contract.get("cja")),
            detail.commissioned_on,
            detail.ended_on,
        )
    ]


def _meter(db: Session, viewer: Viewer, spec: ExportSpec, scope: PceScope) -> list[Row]:
    del spec
    return [_of_meter(get_detail(db, viewer, scope.number))] if scope.technical else []


def _of_meter(detail: PceDetail) -> Row:
    technical = detail.technical
    row = detail.row
    technical_cells = tuple(
        str(technical.get(name) or "")
        for name in (
            *("code_calibre", "code_debit", "pression_livraison", "identifiant_pitd"),
            *("libelle_pitd", "client_sensible_mig"),
        )
    )
    address_cells = (detail.street, row.postal_code, row.city, row.frequency.value)
    return (*address_cells, detail.meter_serial, detail.meter_digits, *technical_cells)


def _rounded(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None


_READERS = {
    Content.DAILY: _days,
    Content.MONTHLY: _months,
    Content.PUBLISHED: _periods,
    Content.CONTRACTUAL: _contract,
    Content.TECHNICAL: _meter,
}
