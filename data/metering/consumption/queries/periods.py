"""Read PCEs covered by periods within a grant: a period counts whole or not at all.

`billed` says which periods they are: true for published ones; false for lines of sheets beside
days; NULL for PCEs without shares and for holders.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from core.access import Viewer
from data.metering.consumption.models import ConsumptionPeriod, PeriodDay, Reading
from data.metering.consumption.queries.grant_gaps import has_pieces
from data.metering.consumption.types import Flag, PeriodKind, Quality
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import (
    find_service_end_column,
    get_filtered_query,
    get_last_readable_day,
    get_readable_from,
    get_readable_until,
    is_held,
    of_grant,
    readable_holes,
    readable_since,
    visible_with_grant,
)
from data.metering.pces.rules import DAYS, PERIODS
from data.metering.pces.types import PceFilter
from data.provenance import DataSource

_DAY = Reading.__table__.c
_SHARED = PeriodDay.__table__.c
_PERIOD = ConsumptionPeriod.__table__.c


class holes_of_periods(GenericFunction[str]):  # noqa: N801 (named as it is used)
    """The part of `PceGrant.holes` about published periods, rewritten as holes of days."""

    type = Text()
    inherit_cache = True


class days_after(GenericFunction[date]):  # noqa: N801
    """The day a given number of days after another."""

    type = Date()
    inherit_cache = True


def _after(place: str, element: holes_of_periods, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text = compiler.process(element.clauses, **options)
    at = f"{place}({text}, '{PERIODS}')"
    rest = f"replace(substr({text}, {at}), '{PERIODS}', '{DAYS}')"
    return f"(CASE WHEN {at} > 0 THEN {rest} ELSE '' END)"


def _on_sqlite(element: holes_of_periods, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return _after("instr", element, compiler, **options)


def _on_postgresql(element: holes_of_periods, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return _after("strpos", element, compiler, **options)


def _moved_on_sqlite(element: days_after, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    day, count = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({day}, ({count}) || ' days')"


def _moved_on_postgresql(element: days_after, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    day, count = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({day} + CAST({count} AS INTEGER))"


compiles(holes_of_periods, "sqlite")(_on_sqlite)
compiles(holes_of_periods, "postgresql")(_on_postgresql)
compiles(days_after, "sqlite")(_moved_on_sqlite)
compiles(days_after, "postgresql")(_moved_on_postgresql)


def is_astride() -> ColumnElement[bool]:
    """Return whether a period is a week over two months, one of which has its own monthly line."""
    week, month = _PERIOD, ConsumptionPeriod.__table__.alias("month").c
    return (
        select(month.pce_id)
        .where(
            month.pce_id == week.pce_id,
            month.kind == PeriodKind.MONTH,
            week.kind == PeriodKind.WEEK,
            *_standing(month),
            month.first_day <= week.last_day,
            month.last_day >= week.first_day,
            or_(month.first_day > week.first_day, month.last_day < week.last_day),
        )
        .correlate(ConsumptionPeriod.__table__)
        .exists()
    )


def get_grants_cte(viewer: Viewer, wanted: PceFilter, ids: Collection[int] | None) -> CTE:
    """Build the days of each PCE of `wanted` that the viewer's grant makes readable.

    They are those of daily data, or of periods. `first` starts the last run of days; `since` and
    `last` bound them all.
    """
    shared = select(PeriodDay.billed).where(PeriodDay.pce_id == Pce.id).limit(1)
    billed = of_grant(viewer, cast(shared.scalar_subquery(), Boolean))
    right = {
        "since": (PceGrant.published_first_day, readable_since(viewer)),
        "last": (PceGrant.published_last_day, get_readable_until(viewer)),
        "holes": (holes_of_periods(PceGrant.holes), readable_holes(viewer)),
    }
    query = visible_with_grant(
        viewer,
        Pce.id,
        get_readable_from(viewer).label("first"),
        find_service_end_column(viewer).label("ended_on"),
        billed.label("billed"),
        *(
            case((billed, of_periods), else_=of_days).label(name)
            for name, (of_periods, of_days) in right.items()
        ),
    )
    query = get_filtered_query(viewer, query, wanted)
    query = query if ids is None else query.where(Pce.id.in_(ids))
    return query.cte("granted").prefix_with("MATERIALIZED")


def get_period_ends(right: CTE) -> tuple[ColumnElement[date], ColumnElement[date]]:
    """Return the first and last day between which no period extends beyond `right`."""
    period, since, to = _PERIOD, right.c.since, right.c.last
    stands = [
        period.pce_id == right.c.id,
        *_standing(period),
        (period.kind == PeriodKind.PUBLISHED) == right.c.billed,
    ]
    early = select(days_after(func.max(period.last_day), 1)).where(
        *stands, period.first_day < since, period.last_day >= since
    )
    late = select(days_after(func.min(period.first_day), -1)).where(
        *stands, period.first_day <= to, period.last_day > to
    )
    opens, closes = (
        case(
            (right.c.billed.is_not(None), func.coalesce(crossed.scalar_subquery(), day)), else_=day
        )
        for crossed, day in ((early, since), (late, to))
    )
    return opens, closes


def is_whole(scope: FromClause, first: date, last: date) -> ColumnElement[bool]:
    """Return whether `first`…`last` is readable and no period extends beyond it."""
    right = scope.c
    rough = right.billed.is_not(None)
    since = case((rough, right.opens), else_=right.first)
    to = case((rough, right.closes), else_=right.last)
    in_one = or_(not_(rough), not_(has_pieces(right.holes)))
    return and_(or_(since.is_(None), since <= first), or_(to.is_(None), to >= last), in_one)


def get_spans_cte(cut: CTE) -> CTE:
    """Build the months of `cut` partly covered by periods, and the same months a year before."""
    ends, reach = [cut.c.since, cut.c.to], cut.c.reach
    rough = cut.c.billed.is_not(None)
    now = select(cut.c.id, cut.c.month.label("low"), cut.c.last.label("high"), *ends)
    then = select(cut.c.id, cut.c.earlier, cut.c.earlier_last, *ends)
    reached = [or_(reach.is_(None), reach <= end) for end in (cut.c.last, cut.c.earlier_last)]
    return union(now.where(rough, reached[0]), then.where(rough, reached[1])).cte("spans")


def get_valued_days_cte(spans: FromClause, holes: CTE | None, *, sheets: bool = True) -> CTE:
    """Build the valued days of `spans`, read or shared out, with the columns of `readings`.

    A span is a PCE `id`, the days `low`…`high`, and the right's `since`…`to`. Without `sheets`,
    only published periods are shared out.
    """
    day, share = _DAY, _SHARED
    read = select(
        *_columns(day), day.quality.label("quality"), day.source.label("source"), day.flags
    )
    days = read.join(spans, _inside(spans, day, day.gas_day, day.gas_day))
    deposited = case((share.source == DataSource.DEPOSIT, int(Flag.FROM_DEPOSIT)), else_=0)
    shares = select(*_columns(share), share.quality, share.source, deposited).join(
        spans, _inside(spans, share, share.first_day, share.last_day)
    )
    if not sheets:
        shares = shares.where(share.billed)
    valued = or_(day.energy_wh.is_not(None), day.volume_dm3.is_not(None))
    parts = [
        _outside_holes(days.where(valued, day.quality > Quality.ABSENT), spans, holes, day.gas_day),
        _outside_holes(shares, spans, holes, share.first_day, share.last_day),
    ]
    return union_all(*parts).cte("told").prefix_with("MATERIALIZED")


def _columns(day: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 (columns)
    return day.pce_id, day.gas_day, day.energy_wh, day.volume_dm3


def _inside(spans: FromClause, day: Any, first: Any, last: Any) -> ColumnElement[bool]:  # noqa: ANN401 (columns)
    since, to = spans.c.since, spans.c.to
    return and_(
        # An expression, not the column: SQLite looks each span's days up by key, instead of reading
        # the whole history against an index of the few spans.
        day.pce_id == spans.c.id + 0,
        day.gas_day.between(spans.c.low, spans.c.high),
        or_(since.is_(None), first >= since),
        or_(to.is_(None), last <= to),
    )


def _outside_holes(
    query: Select[Any],
    spans: FromClause,
    holes: CTE | None,
    first: Any,  # noqa: ANN401 (a column)
    last: Any = None,  # noqa: ANN401
) -> Select[Any]:
    """Remove from `query` the rows that contain a day of `holes`."""
    if holes is None:
        return query
    begins, ends = cast(first, Text), cast(first if last is None else last, Text)
    crosses = and_(holes.c.id == spans.c.id, holes.c.first <= ends, holes.c.last >= begins)
    return query.outerjoin(holes, crosses).where(holes.c.id.is_(None))


def find_latest_period(db: Session, viewer: Viewer) -> date | None:
    """Return the last day of the periods that a viewer without daily readings may read."""
    scope, period = get_grants_cte(viewer, PceFilter(), None), _PERIOD
    query = (
        select(func.max(period.last_day))
        .join(scope, period.pce_id == scope.c.id)
        .where(*_standing(period), *_within(period, scope.c.since, scope.c.last))
    )
    latest: date | None = db.scalar(query)
    return latest


def count_apart(
    db: Session, viewer: Viewer, wanted: PceFilter, ids: Collection[int] | None = None
) -> int:
    """Count the PCEs of `wanted` readable by published periods only, though their days are known.

    Their own page shows these periods, but no sum over several PCEs includes them.
    """
    if viewer.staff:
        return 0
    shared = select(PeriodDay.pce_id).where(PeriodDay.pce_id == Pce.id)
    grant, period = PceGrant, _PERIOD
    ends = grant.published_first_day, grant.published_last_day
    billed = select(period.pce_id).where(
        period.pce_id == Pce.id,
        period.kind == PeriodKind.PUBLISHED,
        *_standing(period),
        *_within(period, *ends),
    )
    silent = and_(get_last_readable_day(viewer).is_(None), not_(shared.exists()))
    unread = or_(grant.first_day > grant.last_day, silent)
    query = get_filtered_query(viewer, visible_with_grant(viewer, func.count()), wanted)
    counted = shared.where(PeriodDay.billed).exists()
    query = query.where(not_(is_held(viewer)), unread, not_(counted), billed.exists())
    query = query if ids is None else query.where(Pce.id.in_(ids))
    return db.scalar(query) or 0


def _standing(period: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 (columns)
    valued = or_(period.energy_wh.is_not(None), period.volume_dm3.is_not(None))
    return [period.replaced.is_(False), valued]


def _within(period: Any, since: Any, to: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 (columns)
    return [
        or_(since.is_(None), period.first_day >= since),
        or_(to.is_(None), period.last_day <= to),
    ]
