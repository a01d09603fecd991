"""What an export reads of each PCE: of its kind of data, the days that the viewer may read."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Text, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.files.csv_writer import quoted
from data.consumption.models import ConsumptionPeriod, Reading
from data.consumption.queries.sources import is_deposited, shown_source
from data.consumption.queries.spans import apart, crosses, cut
from data.consumption.types import PeriodKind, Quality
from data.db import Prepared
from data.exports.queries.lists import list_reaches
from data.exports.queries.texts import Run, day_texts
from data.exports.types import Content, ExportRow, FileKind, Part, Reach, Wanted
from data.pces.queries import get_detail, scopes_by_id
from data.pces.types import Frequency, PceDetail, PceScope
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
        case((_day.quality == int(Quality.ABSENT), 0), else_=shown_source()),
        _day.flags,
    )
    .where(*_inside)
    .order_by(_day.gas_day)
)
_DAYS = Prepared(_DAY_ROWS)
# ADICT's lines have no place for a source: they say the distributor's word alone.
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
    db: Session, viewer: Viewer, wanted: Wanted, scopes: Sequence[PceScope]
) -> Iterator[Part]:
    """What there is to say of each of *scopes*, which are the viewer's own; nothing of the rest."""
    if wanted.content is Content.DAILY and wanted.file is FileKind.CSV:
        yield from _texts(db, wanted, scopes)
        return
    for scope in scopes:
        rows = _READERS[wanted.content](db, viewer, wanted, scope)
        yield Part(scope, len(rows), rows)


def reach_of(wanted: Wanted, scope: PceScope) -> Reach:
    """The days of *scope* that *wanted* reads, from the first to the last that may be."""
    seen = _seen(wanted, scope)
    spans = _spans(wanted, seen) if wanted.content.dated else []
    return Reach(scope.id, spans[0][0], spans[-1][1], seen.holes) if spans else Reach(scope.id)


def may_read_again(db: Session, viewer: Viewer, export: ExportRow) -> bool:
    """Whether all that an export read may still be read by *viewer*, on their today."""
    if viewer.staff:
        return True
    for block in list_reaches(db, viewer, export.id):
        scopes = {one.id: one for one in scopes_by_id(db, viewer, [one.pce_id for one in block])}
        for reach in block:
            scope = scopes.get(reach.pce_id)
            if scope is None or not covers(export.wanted, scope, reach):
                return False
    return True


def covers(wanted: Wanted, scope: PceScope, reach: Reach) -> bool:
    """Whether what *wanted* reads of *scope* today holds all of *reach*."""
    if wanted.content is Content.CONTRACTUAL:
        return scope.contractual
    if wanted.content is Content.TECHNICAL:
        return scope.technical
    if reach.first is None or reach.last is None:
        return True
    seen = _seen(wanted, scope)
    early = seen.first is not None and reach.first < seen.first
    late = seen.last is not None and reach.last > seen.last
    runs = apart((reach.first, reach.last), reach.holes)
    return not (early or late or any(crosses(seen.holes, *run) for run in runs))


def _seen(wanted: Wanted, scope: PceScope) -> PceScope:
    """The scope of the kind of data: published periods have days of their own."""
    return cut(scope, published=wanted.content is Content.PUBLISHED)


def _spans(wanted: Wanted, scope: PceScope) -> list[tuple[date, date]]:
    """The runs of days that were asked for and may be read."""
    first = max(wanted.first or date.min, scope.first or date.min)
    last = min(wanted.last or date.max, scope.last or date.max)
    return apart((first, last), scope.holes) if first <= last else []


def _texts(db: Session, wanted: Wanted, scopes: Sequence[PceScope]) -> Iterator[Part]:
    runs: list[Run] = []
    shares: list[int] = []
    for scope in scopes:
        spans = _spans(wanted, _seen(wanted, scope))
        lead = quoted(scope.number, scope.alias)
        runs += [Run(scope.id, *span, lead) for span in spans]
        shares.append(len(spans))
    found = iter(day_texts(db, runs))
    for scope, share in zip(scopes, shares, strict=True):
        told = [next(found) for _span in range(share)]
        texts = [text for count, text in told if count]
        yield Part(scope, sum(count for count, _text in told), text="\r\n".join(texts))


def _limits(scope: PceScope, span: tuple[date, date]) -> dict[str, object]:
    return {"pce": scope.id, "first": span[0], "last": span[1]}


def _days(db: Session, viewer: Viewer, wanted: Wanted, scope: PceScope) -> list[Row]:
    del viewer
    spans = _spans(wanted, _seen(wanted, scope))
    days = _PUBLISHED_DAYS if wanted.file is FileKind.NDJSON else _DAYS
    return [row for span in spans for row in days.rows(db, _limits(scope, span))]


def _months(db: Session, viewer: Viewer, wanted: Wanted, scope: PceScope) -> list[Row]:
    """Sums of the days that may be read: of a month cut by a right, those on this side alone."""
    del viewer
    months: dict[str, list[int | None]] = {}
    for span in _spans(wanted, _seen(wanted, scope)):
        for month, *sums in _MONTHS.rows(db, _limits(scope, span)):
            before = months.get(month, [None] * len(sums))
            months[month] = [_added(one, other) for one, other in zip(before, sums, strict=True)]
    return [(date.fromisoformat(f"{month}-01"), *sums) for month, sums in sorted(months.items())]


def _added(one: int | None, other: int | None) -> int | None:
    """Absent is no zero; PostgreSQL sums into decimals."""
    known = [int(value) for value in (one, other) if value is not None]
    return sum(known) if known else None


def _periods(db: Session, viewer: Viewer, wanted: Wanted, scope: PceScope) -> list[Row]:
    """The periods that end in the days asked for, wholly within what may be read.

    Of a meter read each day, its days are the published data (domain.md §1.2).
    """
    if scope.frequency is Frequency.DAILY:
        days = _days(db, viewer, wanted, scope)
        return [(row[0], *row[:6], *row[7:10]) for row in days]
    seen = _seen(wanted, scope)
    first, last = wanted.first or date.min, wanted.last or date.max
    if not seen.reads_days:
        return []
    since = seen.first or date.min
    limits = _limits(scope, (first, min(last, seen.last or last))) | {"since": since}
    periods = _PUBLISHED_PERIODS if wanted.file is FileKind.NDJSON else _PERIODS
    found = periods.rows(db, limits)
    return [row for row in found if not crosses(seen.holes, row[0], row[1])]


def _contract(db: Session, viewer: Viewer, wanted: Wanted, scope: PceScope) -> list[Row]:
    del wanted
    if not scope.contractual:
        return []
    detail = get_detail(db, viewer, scope.number)
    return [
        (
            detail.row.tariff,
            detail.supplier,
            detail.profile,
            detail.reference_kwh,
            _whole(detail.contract.get("car_future")),
            _whole(detail.contract.get("cja")),
            detail.commissioned_on,
            detail.ended_on,
        )
    ]


def _meter(db: Session, viewer: Viewer, wanted: Wanted, scope: PceScope) -> list[Row]:
    del wanted
    return [_of_meter(get_detail(db, viewer, scope.number))] if scope.technical else []


def _of_meter(detail: PceDetail) -> Row:
    said = detail.technical
    row = detail.row
    told = tuple(
        str(said.get(name) or "")
        for name in (
            *("code_calibre", "code_debit", "pression_livraison", "identifiant_pitd"),
            *("libelle_pitd", "client_sensible_mig"),
        )
    )
    known = (detail.street, row.postal_code, row.city, row.frequency.value)
    return (*known, detail.meter_serial, detail.meter_digits, *told)


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None


_READERS = {
    Content.DAILY: _days,
    Content.MONTHLY: _months,
    Content.PUBLISHED: _periods,
    Content.CONTRACTUAL: _contract,
    Content.TECHNICAL: _meter,
}
