"""Store the standing of each PCE over the fleet's periods, on changes and by a job.

One statement computes any number of PCEs from their roll-up, and writes those that changed.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Dialect,
    Float,
    Integer,
    Select,
    Subquery,
    TextClause,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from core.database import INSERTS, change_rows
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.queries.months import (
    get_equal_days_columns,
    get_month_columns,
    get_pce_month_rows_query,
    has_enough_days,
    sum_months_columns,
)
from data.metering.consumption.rules.fleet import holds, months_of
from data.metering.consumption.types import FleetPeriod
from data.metering.pces.models import Pce
from data.metering.pces.types import INJECTION, Frequency

_TABLE = FleetStanding.__table__
_KEY = ("pce_id", "period")
_DAY = re.compile(r"'\d{4}-\d\d-\d\d'")
_ENDS = ("since", "until")
# written by the evaluation of signatures
_RATIO = ("ratio", "ratio_year", "judged_from", "judged_until")
_EQUAL = ("equal_wh", "equal", "ranked")
_VALUES = tuple(column.name for column in _TABLE.c if column.name not in {*_KEY, *_RATIO, *_EQUAL})


def _calendar(today: date) -> CTE:
    """Build a row for each month of each period, with the validity span of each frequency."""
    rows = []
    for period in FleetPeriod:
        months = months_of(period, today)
        spans = {how: holds(months, how, today) for how in Frequency}
        expiry_columns = [
            literal(day, Date).label(f"{end}_{how.name}")
            for how, span in spans.items()
            for end, day in zip(_ENDS, span, strict=True)
        ]
        named = literal(period.name).label("period")
        rows += [
            select(named, *get_month_columns(month, today), *expiry_columns) for month in months
        ]
    return union_all(*rows).cte("calendar")


def _standings(today: date) -> Select[Any]:
    """Select the standings of the PCEs `:ids` as of `today`: `_KEY`, then `_VALUES`, by period.

    They equal those of `months_of_each` for a viewer who can read every day.
    """
    scope = (
        select(
            Pce.id,
            Pce.frequency,
            Pce.ended_on,
            Pce.data_until,
            (Pce.tariff == INJECTION).label("injects"),
        )
        .where(Pce.id.op("IN")(literal_column(":ids")))
        .subquery("scope")
    )
    calendar = _calendar(today)
    more = [calendar.c.period, *(_of_frequency(scope, calendar, end) for end in _ENDS)]
    each = get_pce_month_rows_query(scope, calendar, true(), true(), *more).subquery("each")
    sums = (
        select(
            each.c.id,
            each.c.period,
            func.min(each.c.since).label("first_day"),
            func.min(each.c.until).label("last_day"),
            *(sum_column.label(name) for name, sum_column in sum_months_columns(each).items()),
        )
        .group_by(each.c.id, each.c.period)
        .subquery("sums")
    )
    has_enough, gap = has_enough_days(sums.c), sums.c.this_wh - sums.c.before_wh
    keys = {
        "gap_wh": case((has_enough, gap)),
        "drift": case((has_enough, cast(gap, Float) / sums.c.before_wh)),
        "coverage": cast(sums.c.known, Float) / func.nullif(sums.c.due, 0),
    }
    values = [keys[name].label(name) if name in keys else sums.c[name] for name in _VALUES]
    return select(sums.c.id.label("pce_id"), sums.c.period, *values)


def _of_frequency(scope: Subquery, calendar: CTE, end: str) -> ColumnElement[date]:
    cases = [(scope.c.frequency == how, calendar.c[f"{end}_{how.name}"]) for how in Frequency]
    return case(*cases).label(end)


def _text(statement: Any, dialect: Dialect) -> TextClause:  # noqa: ANN401 (of either dialect)
    """Compile `statement` to text once a day rather than for each stored PCE."""
    words = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    written = str(words)
    if dialect.name == "postgresql":  # PostgreSQL reads an untyped date in a list as text
        written = _DAY.sub(r"DATE \g<0>", written)
    return text(written).bindparams(bindparam("ids", type_=Integer, expanding=True))


def _ratio(today: date) -> ColumnElement[Any]:
    """Return the stored ratio if it is of the year that ends before `today`."""
    year = literal_column(f"'{months_of(FleetPeriod.YEAR, today)[0]}'", Date)
    return case((_TABLE.c.ratio_year == year, _TABLE.c.ratio))


@lru_cache(8)
def _stored_standing(dialect: Dialect, today: date) -> TextClause:
    insertion = INSERTS[dialect.name](_TABLE)
    new: dict[str, Any] = {name: insertion.excluded[name] for name in _VALUES}
    new |= get_equal_days_columns(insertion.excluded, _ratio(today))
    other = or_(*(_TABLE.c[name].is_distinct_from(new[name]) for name in new))
    right = _standings(today).subquery("right")
    # The condition keeps SQLite from parsing ON CONFLICT as a join's ON.
    standing_query = select(*right.c, right.c.drift.label("ranked")).where(right.c.pce_id > 0)
    statement = insertion.from_select([*_KEY, *_VALUES, "ranked"], standing_query)
    return _text(
        statement.on_conflict_do_update(index_elements=_KEY, set_=new, where=other), dialect
    )


@lru_cache(8)
def _wrong(dialect: Dialect, today: date) -> TextClause:
    """Select the PCEs among `:ids` with a standing that is missing or differs from the roll-up."""
    right = _standings(today).subquery("right")
    stored_columns, follows = _TABLE.c, get_equal_days_columns(right.c, _ratio(today))
    same = and_(
        *(stored_columns[name] == right.c[name] for name in _KEY),
        *(stored_columns[name].is_not_distinct_from(right.c[name]) for name in _VALUES),
        *(
            stored_columns[name].is_not_distinct_from(expected_value)
            for name, expected_value in follows.items()
        ),
    )
    lacks = ~select(literal(1)).select_from(_TABLE).where(same).exists()
    return _text(select(right.c.pce_id).where(lacks).distinct(), dialect)


def store_standings(db: Session, ids: Sequence[int], today: date) -> None:
    """Recompute the standings of the PCEs `ids` as of `today`, in the caller's transaction.

    The caller has locked their rows of `pces`, so that nobody stores their readings meanwhile.
    """
    connection = db.connection()
    connection.execute(_stored_standing(connection.dialect, today), {"ids": list(ids)})


def recompute_standings(db: Session, ids: Sequence[int], today: date) -> None:
    """Lock the PCEs `ids` in id order, then recompute their standings; for jobs."""
    db.execute(select(Pce.id).where(Pce.id.in_(ids)).order_by(Pce.id).with_for_update(of=Pce))
    store_standings(db, ids, today)


def mark_standings_stale(db: Session, ids: Sequence[int]) -> None:
    """Mark the standings of `ids` as stale until they are recomputed."""
    change_rows(
        db, update(FleetStanding).where(FleetStanding.pce_id.in_(ids)).values(last_day=date.min)
    )


def list_stale_standings(db: Session, today: date) -> Sequence[int]:
    """Return the ids of the PCEs whose standing is not as of `today`, sorted."""
    row = FleetStanding
    old = select(row.pce_id).where(row.last_day < today)
    early = select(row.pce_id).where(row.first_day > today)
    return sorted(set(db.scalars(old)) | set(db.scalars(early)))


def find_differing_standings(db: Session, ids: Sequence[int], today: date) -> Sequence[int]:
    """Return those of `ids` whose stored standing differs from the roll-up as of `today`."""
    connection = db.connection()
    differing_rows = connection.execute(_wrong(connection.dialect, today), {"ids": list(ids)})
    return sorted(row.pce_id for row in differing_rows)
