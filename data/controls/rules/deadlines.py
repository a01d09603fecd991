"""Compute working days of metropolitan France, deadlines, grace and reminders."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

import holidays

from data.controls.types import ProofDelays, Urgency
from data.settings.types import OperatorSettings

REMIND_DAYS = (10, 3, 0)  # calendar days before a deadline
URGENT_DAYS, SOON_DAYS = 3, 10
_DAY = timedelta(days=1)
_SATURDAY = 5


@cache
def _public(year: int) -> Collection[date]:
    """The public holidays of the whole of metropolitan France: not those of Alsace alone."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working(day: date) -> bool:
    """Whether *day* is from Monday to Friday and no public holiday."""
    return day.weekday() < _SATURDAY and day not in _public(day.year)


def working_day_after(day: date, count: int) -> date:
    """The *count*-th working day after *day*; *day* itself for 0."""
    while count > 0:
        day += _DAY
        count -= is_working(day)
    return day


def delays_of(values: OperatorSettings) -> ProofDelays:
    """Those of proofs, among the settings of the operator."""
    return ProofDelays(
        values.proof_days,
        values.proof_again_days,
        values.proof_grace_days,
        values.proof_undo_minutes,
    )


def first_due(today: date, delays: ProofDelays) -> date:
    """The last day on which a proof that is asked for *today* may be sent."""
    return working_day_after(today, delays.days)


def due_again(today: date, due_on: date, delays: ProofDelays) -> date:
    """The deadline of another piece: the one there was, unless it leaves too little time."""
    return max(due_on, working_day_after(today, delays.resubmission_days))


def last_due_over(today: date, delays: ProofDelays) -> date:
    """The latest deadline whose grace is over *today*: up to it, nothing sent is a refusal."""
    due = today - _DAY
    while working_day_after(due, delays.grace) >= today:
        due -= _DAY
    return due


def final_day(due_on: date, delays: ProofDelays) -> date:
    """The morning on which both the deadline and its grace are over: nothing sent is a refusal."""
    return working_day_after(due_on, delays.grace) + _DAY


def is_late(due_on: date, today: date, delays: ProofDelays) -> bool:
    """Whether both the deadline and its grace are over."""
    return final_day(due_on, delays) <= today


def reminder_of(due_on: date, opened_on: date, reminded: int | None, today: date) -> int | None:
    """Which of REMIND_DAYS is to be recalled now; None when none is due.

    One that was missed is caught up, and takes the place of those before it; a deadline that was
    never so far is not recalled for it.
    """
    days_left = (due_on - today).days
    due = [days for days in REMIND_DAYS if 0 <= days_left <= days < (due_on - opened_on).days]
    nearest = min(due, default=None)
    if nearest is None or (reminded is not None and reminded <= nearest):
        return None
    return nearest


def urgency_of(due_on: date, today: date) -> Urgency:
    """How near a deadline is."""
    days_left = (due_on - today).days
    if days_left < 0:
        return Urgency.LATE
    if days_left <= URGENT_DAYS:
        return Urgency.URGENT
    return Urgency.SOON if days_left <= SOON_DAYS else Urgency.CALM


def week_end(today: date) -> date:
    """The Sunday of this week."""
    return today + timedelta(days=6 - today.weekday())
