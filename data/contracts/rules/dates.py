"""Rules of contract dates: terms, start, end and coverage of an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import N_
from data.contracts.types import ContractState, ContractTerms

REMINDERS = (60, 30, 7)  # days before the end
AHEAD = 366  # days before its start that a contract can be signed
LONGEST = 10  # years
YEARS = 3  # default duration
_DAY = timedelta(days=1)
_PAST = N_("Un contrat ne commence pas dans le passé : choisissez aujourd’hui ou une date à venir.")
_FAR = N_("Un contrat se signe au plus un an avant son début : rapprochez la date de début.")
_BEFORE = N_("La fin du contrat doit suivre son début : corrigez l’une des deux dates.")
_LONG = N_("Un contrat dure au plus {years} ans : rapprochez sa fin, ou n’en mettez pas.")


@dataclass(frozen=True, slots=True)
class ContractSpan:
    """The dates of a contract that decide until when its organisation has one."""

    state: ContractState
    starts_on: date | None
    ends_on: date | None
    ended_on: date | None  # last day in force of an ended one
    was_active: bool


def years_later(day: date, years: int) -> date:
    """Return the same day `years` later; 28 February for a missing 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def default_terms(today: date, renewed_until: date | None) -> ContractTerms:
    """Return three years from `today`, or from the end of the contract to renew."""
    first = today
    if renewed_until is not None and renewed_until >= today:
        first = renewed_until + _DAY
    return ContractTerms(first, years_later(first, YEARS) - _DAY)


def renewable_on(state: ContractState, ends_on: date | None) -> date | None:
    """Return the first day on which a renewal can be signed, None for any day.

    The renewal of a contract in force starts the day after its end.
    """
    if state is not ContractState.ACTIVE or ends_on is None:
        return None
    return signable_on(ends_on + _DAY)


def signable_on(starts_on: date) -> date:
    """Return the first day on which a contract with that start can be signed."""
    return starts_on - timedelta(days=AHEAD)


def checked_terms(terms: ContractTerms, today: date) -> ContractTerms:
    """Return `terms`, or raise Invalid with what to change."""
    if terms.starts_on < today:
        raise Invalid(_PAST)
    if terms.starts_on > today + timedelta(days=AHEAD):
        raise Invalid(_FAR)
    if terms.ends_on is not None:
        if terms.ends_on < terms.starts_on:
            raise Invalid(_BEFORE)
        if terms.ends_on >= years_later(terms.starts_on, LONGEST):
            raise Invalid(_LONG, years=LONGEST)
    return terms


def starts(starts_on: date, today: date) -> bool:
    return starts_on <= today


def is_over(ends_on: date | None, today: date) -> bool:
    """Return whether it is over; the last day is in force to its end."""
    return ends_on is not None and ends_on < today


def reminder_due(ends_on: date | None, today: date, reminded: int | None) -> int | None:
    """Return the reminder to send `today`, None when there is none.

    After missed days, only the nearest reminder is sent.
    """
    if ends_on is None or ends_on < today:
        return None
    days_left = (ends_on - today).days
    due = [days for days in REMINDERS if days_left <= days]
    if not due or (reminded is not None and reminded <= due[-1]):
        return None
    return due[-1]


def contracted_until(spans: Sequence[ContractSpan]) -> tuple[bool, date | None]:
    """Return whether these contracts decide, and the last day covered without a gap.

    Without any that was active, the organisation keeps its presumed paper contract. A renewal
    signed by both sides continues where the active one ends.
    """
    active_spans = [span for span in spans if span.was_active]
    waiting = [span for span in spans if span.state is ContractState.COUNTERSIGNED]
    if not active_spans:
        return False, None
    ends = [_last(span) for span in active_spans]
    active = [span for span in active_spans if span.state is ContractState.ACTIVE]
    until = max(ends)
    if active:
        until = _last(active[0])
        for span in waiting:
            if span.starts_on is not None and until < date.max and span.starts_on <= until + _DAY:
                until = _last(span)
    return True, until


def _last(span: ContractSpan) -> date:
    return span.ended_on or span.ends_on or date.max
