"""Compute working days of metropolitan France, deadlines, grace and reminders."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

import holidays

from data.controls.types import ProofDelays, Urgency
from data.identity.settings.types import OperatorSettings

REMIND_DAYS = (10, 3, 0)  # calendar days before a deadline
URGENT_DAYS, SOON_DAYS = 3, 10
_DAY = timedelta(days=1)
_SATURDAY = 5


@cache
def _public(year: int) -> Collection[date]:
    """Return the public holidays of all metropolitan France, without those of Alsace."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working(day: date) -> bool:
    """Return whether `day` is a weekday and no public holiday."""
    return day.weekday() < _SATURDAY and day not in _public(day.year)


def working_day_after(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`, `day` itself for 0."""
    while count > 0:
        day += _DAY
        count -= is_working(day)
    return day


def delays_of(values: OperatorSettings) -> ProofDelays:
    """Return the delays of proofs from the operator's settings."""
    return ProofDelays(
        values.proof_days,
        values.proof_again_days,
        values.proof_grace_days,
        values.proof_undo_minutes,
    )


def first_due(today: date, delays: ProofDelays) -> date:
    """Return the last day to send a proof that is requested `today`."""
    return working_day_after(today, delays.days)


def due_again(today: date, due_on: date, delays: ProofDelays) -> date:
    """Return the deadline of another piece: the present one, unless too little time is left."""
    return max(due_on, working_day_after(today, delays.resubmission_days))


def last_due_over(today: date, delays: ProofDelays) -> date:
    """Return the latest deadline whose grace period is over `today`."""
    due = today - _DAY
    while working_day_after(due, delays.grace) >= today:
        due -= _DAY
    return due


def final_day(due_on: date, delays: ProofDelays) -> date:
    """Return the day on which deadline and grace period are over."""
    return working_day_after(due_on, delays.grace) + _DAY


def is_late(due_on: date, today: date, delays: ProofDelays) -> bool:
    """Return whether deadline and grace period are over."""
    return final_day(due_on, delays) <= today


def reminder_of(due_on: date, opened_on: date, reminded: int | None, today: date) -> int | None:
    """Return the REMIND_DAYS value to remind of now, None when none is due.

    A missed reminder is caught up and replaces earlier ones; a shorter deadline has fewer.
    """
    days_left = (due_on - today).days
    due = [days for days in REMIND_DAYS if 0 <= days_left <= days < (due_on - opened_on).days]
    nearest = min(due, default=None)
    if nearest is None or (reminded is not None and reminded <= nearest):
        return None
    return nearest


def urgency_of(due_on: date, today: date) -> Urgency:
    """Return how near a deadline is."""
    days_left = (due_on - today).days
    if days_left < 0:
        return Urgency.LATE
    if days_left <= URGENT_DAYS:
        return Urgency.URGENT
    return Urgency.SOON if days_left <= SOON_DAYS else Urgency.CALM


def week_end(today: date) -> date:
    """Return the Sunday of this week."""
    return today + timedelta(days=6 - today.weekday())
