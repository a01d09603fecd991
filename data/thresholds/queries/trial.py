"""Propose values for a threshold, and try it on three years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import Prepared
from data.metering.consumption.models import Reading
from data.metering.pces.queries import get_scope
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceScope
from data.thresholds.queries.signature_status import get_expecting_draft, get_readable_days
from data.thresholds.rules import proposals
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.evaluated_days import Day, period_end, period_start
from data.thresholds.rules.evaluation import evaluate_segments, segments_in_force
from data.thresholds.rules.evaluators import next_period
from data.thresholds.rules.lines import limits_in
from data.thresholds.rules.usual import YEARS as USUAL_YEARS
from data.thresholds.rules.winter import REFERENCE, gaps, proposed_percent
from data.thresholds.types import (
    MONTHS,
    BackTest,
    BackTestBar,
    Exceedance,
    Proposal,
    ReturnMargin,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    Version,
)

YEARS = 3
_YEAR = timedelta(days=365)
_EVALUATED = {
    "values", "week", "percent", "period", "warn_at", "hysteresis", "consecutive", "window",
}  # fmt: skip
_DAYS_BY_DAY = 92  # daily bars cover the last three months
_DAYS = Prepared(
    select(Reading.gas_day, Reading.energy_wh, Reading.quality, Reading.status)
    .where(
        Reading.pce_id == bindparam("pce"),
        Reading.gas_day.between(bindparam("low"), bindparam("high")),
        Reading.energy_wh.is_not(None),
    )
    .order_by(Reading.gas_day)
)


def get_back_test(db: Session, viewer: Viewer, draft: ThresholdDraft, number: str) -> BackTest:
    """Replay the rules on the last three years of a PCE, as if `draft` had existed.

    Scope, validity and recipients are ignored. Raise NotFound for a hidden PCE; an invalid draft
    detects nothing.
    """
    viewer.require(Permission.THRESHOLDS_READ)
    scope = get_scope(db, viewer, number)
    until = scope.data_until
    first = _first_day(viewer.today, until)
    last = until or viewer.today
    days = _days(db, scope, month_of(first, -MONTHS * USUAL_YEARS))
    exceedances: list[Exceedance] = []
    bars: tuple[BackTestBar, ...] = ()
    learnt = None
    if draft.kind is ThresholdKind.WEATHER:
        begin = month_of(first, -1)  # for the window of its first day
        draft, learnt = get_expecting_draft(db, viewer, draft, scope, first=begin, last=last)
    if _is_evaluable(draft):
        segments = segments_in_force([Version(first, _always(draft))], [(first, last)])
        exceedances = evaluate_segments(days, segments, until=until, today=last)
        bars = _bars(draft, days, first, last)
    return BackTest(
        pce=scope.number,
        alias=scope.alias,
        first=first,
        last=last,
        warned=sum(1 for exceedance in exceedances if exceedance.warned_on is not None),
        exceeded=sum(1 for exceedance in exceedances if exceedance.exceeded_on is not None),
        exceedances=tuple(exceedances),
        bars=bars,
        last_year_wh=sum(energy for day, energy, *_rest in days if last - day < _YEAR),
        learnt=learnt,
        known_to=max(draft.expected.days, default=None) if draft.expected else None,
    )


def get_return_margin(
    db: Session, viewer: Viewer, draft: ThresholdDraft, number: str
) -> ReturnMargin | None:
    """Propose a margin of return to normal from the last three years of a PCE.

    None for thresholds that do not compare days with a limit, and without days.
    """
    viewer.require(Permission.THRESHOLDS_READ)
    compares = draft.kind in {ThresholdKind.FIXED, ThresholdKind.RELATIVE}
    if not compares or draft.period is not ThresholdPeriod.DAY or not _is_evaluable(draft):
        return None
    scope = get_scope(db, viewer, number)
    first = _first_day(viewer.today, scope.data_until)
    last = scope.data_until or viewer.today
    days = _days(db, scope, month_of(first, -MONTHS))
    if not days:
        return None

    def replay(variant: ThresholdDraft) -> Sequence[Exceedance]:
        segments = segments_in_force([Version(first, _always(variant))], [(first, last)])
        return evaluate_segments(days, segments, until=scope.data_until, today=last)

    return proposals.propose_return_margin(draft, replay)


def _is_evaluable(draft: ThresholdDraft) -> bool:
    return not any(field in _EVALUATED for field, _message, _params in problems_in(draft))


def _always(draft: ThresholdDraft) -> ThresholdDraft:
    return replace(draft, valid_from=None, valid_to=None)


def _first_day(today: date, until: date | None) -> date:
    """Return the first of the month, three years before the last known day."""
    return month_of(until or today, 1 - YEARS * MONTHS)


def _days(db: Session, scope: PceScope, first: date) -> list[Day]:
    """Return the last readable stretch of days from `first`, as they are evaluated."""
    low, high = get_readable_days(scope)
    rows = _DAYS.rows(db, {"pce": scope.id, "low": max(first, low), "high": high})
    return [(day, energy, quality, status) for day, energy, quality, status in rows]


def _bars(
    draft: ThresholdDraft, days: Sequence[Day], first: date, last: date
) -> tuple[BackTestBar, ...]:
    """Return consumption and limit by the draft's period, for the chart."""
    if draft.period is ThresholdPeriod.DAY:
        first = max(first, last - timedelta(days=_DAYS_BY_DAY - 1))
    sums: dict[date, int] = {}
    for day, energy, _quality, _status in days:
        start = period_start(draft.period, day)
        sums[start] = sums.get(start, 0) + energy
    bars = []
    start = period_start(draft.period, first)
    limits = _limits(draft, start, last)
    while start <= last:
        end = period_end(draft.period, start)
        limit = limits.get(start)
        bars.append(BackTestBar(start, end, sums.get(start), limit, end > last))
        start = next_period(draft.period, start)
    return tuple(bars)


def _limits(draft: ThresholdDraft, first: date, last: date) -> dict[date, int]:
    """Return the limit of each period, by its first day."""
    steps = limits_in(draft, first, period_end(draft.period, last))
    if draft.kind is ThresholdKind.WEATHER or draft.period is not ThresholdPeriod.DAY:
        return {step.first: step.limit_wh for step in steps}
    return {
        step.first + timedelta(days=place): step.limit_wh
        for step in steps
        for place in range((step.last - step.first).days + 1)
    }


def get_proposal(
    db: Session, viewer: Viewer, kind: ThresholdKind, period: ThresholdPeriod, number: str
) -> Proposal:
    """Return proposed values from the last three years; none for kinds without values.

    For WEATHER, the excess in percent, based on the site's usual deviation from its signature.
    """
    viewer.require(Permission.THRESHOLDS_READ)
    scope = get_scope(db, viewer, number)
    if kind is ThresholdKind.WEATHER:
        return _excess(db, viewer, scope)
    first = _first_day(viewer.today, scope.data_until)
    days = _days(db, scope, first)
    proposal = proposals.propose(period, days, viewer.today)
    if kind is ThresholdKind.FIXED:
        return proposal
    values = (0,) if kind is ThresholdKind.LOW else ()
    return Proposal(values, proposal.years, 0, proposal.first, proposal.last)


def get_rare_day(db: Session, viewer: Viewer, number: str) -> int | None:
    """Return a value that few days of the last twelve months exceeded, in Wh, or None."""
    viewer.require(Permission.THRESHOLDS_READ)
    scope = get_scope(db, viewer, number)
    last = scope.data_until or viewer.today
    return proposals.propose_rare_day(_days(db, scope, last - _YEAR))


def _excess(db: Session, viewer: Viewer, scope: PceScope) -> Proposal:
    last = scope.data_until or viewer.today
    first = last - REFERENCE
    draft = ThresholdDraft("", ThresholdKind.WEATHER, ThresholdPeriod.DAY, learnt_to=last)
    draft, signature = get_expecting_draft(db, viewer, draft, scope, first=first, last=last)
    if signature.reason is not None:
        return Proposal((), 0, 0, None, None, reason=signature.reason)
    percent, strays = proposed_percent(gaps(_days(db, scope, first), draft))
    return Proposal((), 2, 0, first, last, percent=percent, strays=strays)
