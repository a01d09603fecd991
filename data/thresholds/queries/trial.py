"""Before a threshold is saved: values proposed, and what it would have done in three years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.consumption.models import Reading
from data.db import Prepared
from data.pces.queries import get_scope
from data.pces.rules import month_of
from data.pces.types import PceScope
from data.thresholds.rules import proposing
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.lines import limits_in
from data.thresholds.rules.points import Day, next_period, period_end, period_start
from data.thresholds.rules.replay import judge, segments
from data.thresholds.types import (
    MONTHS,
    BackTest,
    Bar,
    Draft,
    Period,
    Proposal,
    Spell,
    ThresholdKind,
    Version,
)

YEARS = 3
_YEAR = timedelta(days=365)
_DAYS_BY_DAY = 92  # bars by day are those of the last three months
_DAYS = Prepared(
    select(Reading.gas_day, Reading.energy_wh, Reading.quality, Reading.status)
    .where(
        Reading.pce_id == bindparam("pce"),
        Reading.gas_day.between(bindparam("low"), bindparam("high")),
        Reading.energy_wh.is_not(None),
    )
    .order_by(Reading.gas_day)
)


def back_test(db: Session, viewer: Viewer, draft: Draft, number: str) -> BackTest:
    """Replay the real rules on the last three years of one PCE, as if *draft* had been there.

    Its scope, validity and recipients do not matter. Raises NotFound for a PCE that is hidden;
    a draft whose values are wrong finds nothing.
    """
    viewer.require(Permission.THRESHOLDS_READ)
    scope = get_scope(db, viewer, number)
    until = scope.data_until
    first = _first_day(viewer.today, until)
    last = until or viewer.today
    days = _days(db, scope, month_of(first, -MONTHS))
    spells: list[Spell] = []
    bars: tuple[Bar, ...] = ()
    if not _is_wrong(draft):
        judged = segments([Version(first, _always(draft))], [(first, last)])
        spells = judge(days, judged, until=until, today=last)
        bars = _bars(draft, days, (first, last))
    return BackTest(
        pce=scope.number,
        alias=scope.alias,
        first=first,
        last=last,
        warned=sum(1 for spell in spells if spell.warned_on is not None),
        exceeded=sum(1 for spell in spells if spell.exceeded_on is not None),
        spells=tuple(spells),
        bars=bars,
        last_year_wh=sum(energy for day, energy, *_rest in days if last - day < _YEAR),
    )


def _is_wrong(draft: Draft) -> bool:
    said = {"values", "percent", "period", "warn_at", "hysteresis", "consecutive"}
    return any(field in said for field, _message, _params in problems_in(draft))


def _always(draft: Draft) -> Draft:
    return replace(draft, valid_from=None, valid_to=None)


def _first_day(today: date, until: date | None) -> date:
    """The first of the month, three years before the last day known."""
    return month_of(until or today, 1 - YEARS * MONTHS)


def _days(db: Session, scope: PceScope, first: date) -> list[Day]:
    """Of days apart, those of the last run, as they are judged."""
    after = [end + timedelta(days=1) for _start, end in scope.holes]
    low, high = max(first, scope.first or first, *after), scope.last or date.max
    rows = _DAYS.rows(db, {"pce": scope.id, "low": low, "high": high})
    return [(day, energy, quality, status) for day, energy, quality, status in rows]


def _bars(draft: Draft, days: Sequence[Day], span: tuple[date, date]) -> tuple[Bar, ...]:
    """The consumption by the draft's period, and its limit, for the chart."""
    first, last = span
    if draft.period is Period.DAY:
        first = max(first, last - timedelta(days=_DAYS_BY_DAY - 1))
    sums: dict[date, int] = {}
    for day, energy, _quality, _status in days:
        start = period_start(draft.period, day)
        sums[start] = sums.get(start, 0) + energy
    found = []
    start = period_start(draft.period, first)
    while start <= last:
        end = period_end(draft.period, start)
        limit = next((step.limit_wh for step in limits_in(draft, start, end)), None)
        found.append(Bar(start, end, sums.get(start), limit, end > last))
        start = next_period(draft.period, start)
    return tuple(found)


def propose(
    db: Session, viewer: Viewer, kind: ThresholdKind, period: Period, number: str
) -> Proposal:
    """Values from the last three years of a PCE; none for kinds that need no such value."""
    viewer.require(Permission.THRESHOLDS_READ)
    scope = get_scope(db, viewer, number)
    first = _first_day(viewer.today, scope.data_until)
    days = _days(db, scope, first)
    found = proposing.propose(period, days, viewer.today)
    if kind is ThresholdKind.FIXED:
        return found
    values = (0,) if kind is ThresholdKind.LOW else ()
    return Proposal(values, found.years, 0, found.first, found.last)
