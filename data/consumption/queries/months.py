"""The months of many PCE as a viewer may read them: the roll-up, and days where a grant cuts it."""

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from data.access import Viewer
from data.consumption.models import Reading
from data.consumption.queries.monthly import ROLLED, due_of, each_month, with_early
from data.consumption.queries.sources import is_deposited
from data.consumption.queries.year_before import year_before
from data.consumption.types import Quality

_then = aliased(Reading)  # the same date a year before


def months_read(viewer: Viewer, scope: Subquery, calendar: CTE) -> Select[Any]:
    """A row a PCE of *scope* and month of which some day may be read.

    As of `each_month`, with its `volume_dm3` and how many of its first days it must `skip`. Where
    a grant cuts the month, or the one a year before, days are read one by one.
    """
    reads, faces = _whole_months(scope, calendar)
    volume = ROLLED.volume_dm3.expression
    if viewer.staff:  # whom no grant cuts
        whole = each_month(scope, calendar, reads, faces, volume)
        return whole.add_columns(literal(0).label("skip"))
    rolled = and_(reads, not_(_faces_in_part(scope, calendar)))
    whole = each_month(scope, calendar, rolled, faces, volume)
    whole = whole.add_columns(literal(0).label("skip"))
    cut = _cut(scope, calendar).subquery("cut")
    names = whole.selected_columns.keys()
    columns = [cut.c[name] if name in cut.c else _of_days(cut, name) for name in names]
    days = (
        select(*columns)
        .select_from(cut)
        .outerjoin(
            Reading,
            and_(
                Reading.pce_id == cut.c.id,
                Reading.gas_day.between(cut.c.month, cut.c.last),
                or_(cut.c.since.is_(None), Reading.gas_day >= cut.c.since),
                or_(cut.c.to.is_(None), Reading.gas_day <= cut.c.to),
                Reading.quality > Quality.ABSENT,
            ),
        )
        .outerjoin(
            _then,
            and_(
                _then.pce_id == Reading.pce_id,
                _then.gas_day == year_before(Reading.gas_day),
                or_(cut.c.since.is_(None), _then.gas_day >= cut.c.since),
                _then.energy_wh.is_not(None),
                Reading.energy_wh.is_not(None),
            ),
        )
        .group_by(cut.c.id, cut.c.month, cut.c.last, cut.c.skip, cut.c.owed)
    )
    either = union_all(whole, days).subquery("months_read")
    return select(either)


def _whole_months(
    scope: Subquery, calendar: CTE
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the whole month may be read; and whether the one that it faces may."""
    since, to = scope.c.first, scope.c.last
    reads = and_(
        or_(since.is_(None), calendar.c.month >= since), or_(to.is_(None), calendar.c.last <= to)
    )
    return reads, or_(since.is_(None), calendar.c.earlier >= since)


def _faces_in_part(scope: Subquery, calendar: CTE) -> ColumnElement[bool]:
    """Whether a part of the month a year before may be read, and not all of it."""
    since = scope.c.first
    return and_(since.is_not(None), since > calendar.c.earlier, since <= calendar.c.earlier_last)


def _cut(scope: Subquery, calendar: CTE) -> Select[Any]:
    """The months to be read by days, and how many days of what may be read of them are `owed`."""
    since, to = scope.c.first, scope.c.last
    begins = and_(since > calendar.c.month, since <= calendar.c.last)
    ends = and_(to >= calendar.c.month, to < calendar.c.last)
    first, final = (cast(extract("day", day), Integer) for day in (since, to))
    skip = case((begins, first - 1), else_=0)
    due = due_of(scope, calendar)
    stop = case((and_(ends, final < due), final), else_=due)
    return (
        select(
            scope.c.id,
            calendar.c.month,
            calendar.c.last,
            skip.label("skip"),
            case((stop > skip, stop - skip), else_=0).label("owed"),
            since.label("since"),
            to.label("to"),
        )
        .select_from(scope)
        .join(
            calendar,
            or_(
                and_(begins, or_(to.is_(None), to >= calendar.c.month)),
                and_(ends, or_(since.is_(None), since <= calendar.c.last)),
                and_(_faces_in_part(scope, calendar), or_(to.is_(None), to >= calendar.c.month)),
            ),
        )
        .where(or_(since.is_(None), to.is_(None), since <= to))
    )


def _of_days(cut: Subquery, name: str) -> ColumnElement[Any]:
    known, faced = func.count(Reading.gas_day), _then.gas_day.is_not(None)
    told: dict[str, ColumnElement[Any]] = {
        "known": known,
        "due": with_early(cut.c.owed, known),
        "energy_wh": cast(func.sum(Reading.energy_wh), BigInteger),
        "deposited": func.count(case((is_deposited(), 1))),
        "volume_dm3": cast(func.sum(Reading.volume_dm3), BigInteger),
        "shared": func.count(_then.gas_day),
        "this_wh": cast(func.sum(case((faced, Reading.energy_wh))), BigInteger),
        "before_wh": cast(func.sum(_then.energy_wh), BigInteger),
    }
    return told.get(name, literal(0)).label(name)
