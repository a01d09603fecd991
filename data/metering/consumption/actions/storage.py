"""Store a file's statements about a PCE; the result does not depend on the file order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.metering.consumption.actions import existing_values as kept
from data.metering.consumption.actions.bulk import Row
from data.metering.consumption.actions.change_marks import note_change
from data.metering.consumption.actions.day_pages import DayPage, count_absent, open_page, write_page
from data.metering.consumption.actions.periods import store_injections, store_periods
from data.metering.consumption.actions.sharing import store_period_shares
from data.metering.consumption.rules.line_outcomes import Word, count_rows
from data.metering.consumption.rules.merge import (
    Content,
    Key,
    Said,
    condense,
    content_of,
    in_force,
    rank,
    stated,
    stronger,
)
from data.metering.consumption.types import DayStatement, PceDelivery, Status, StoreOutcome
from data.metering.weather.actions import load_own
from data.provenance import Provenance

Heard: TypeAlias = tuple[date, tuple[Content, Said]]  # one statement of the file


def store(
    db: Session,
    pce_id: int,
    delivery: PceDelivery,
    *,
    as_of: date,
    now: datetime,
    provenance: Provenance,
) -> StoreOutcome:
    """Store `delivery` in the caller's transaction and return counts over its content.

    Raise NotFound when the PCE does not exist. `new` are days not stated before, `changed` those
    whose value in force changed, `same` those that confirm it, `ignored` the rest: new + changed +
    same + ignored = days + periods + temperatures + injections.
    """
    digits, until = kept.lock_pce(db, pce_id)
    outcome = StoreOutcome()
    if delivery.days:
        days = [day.gas_day for day in delivery.days]
        page = open_page(db, pce_id, min(days), max(days), digits=digits, now=now, until=until)
        outcome = _store_days(db, pce_id, page, delivery.days, as_of, provenance)
    if delivery.periods:
        periods = store_periods(
            db, pce_id, delivery.periods, as_of=as_of, now=now, provenance=provenance
        )
        outcome = _together(outcome, periods)
    if delivery.days or delivery.periods:
        store_period_shares(db, pce_id, now.astimezone(PARIS).date())
    if delivery.temperatures:
        outcome += _store_warmth(
            db, pce_id, delivery.temperatures, judged=until is not None, provenance=provenance
        )
    if delivery.injections:
        outcome += store_injections(
            db, pce_id, delivery.injections, as_of=as_of, now=now, provenance=provenance
        )
    return outcome


def _store_warmth(
    db: Session,
    pce_id: int,
    days: Sequence[tuple[date, int]],
    *,
    judged: bool,
    provenance: Provenance,
) -> StoreOutcome:
    """Store temperatures without creating readings: such a day still counts as missing."""
    outcome = load_own(db, pce_id, days, provenance)
    if judged and (outcome.new or outcome.changed):
        note_change(db, pce_id)
    days_given = set(dict(days))
    return StoreOutcome(
        new=outcome.new,
        changed=outcome.changed,
        same=outcome.same,
        contested=outcome.contested,
        temperatures=len(days_given),
        hidden=len(days_given & kept.own_warmth(db, pce_id, min(days_given), max(days_given))),
    )


def _together(days: StoreOutcome, periods: StoreOutcome) -> StoreOutcome:
    """Add the counts.

    A file's energy is that of its days, or of its periods when it has no days.
    """
    return days + replace(periods, energy_wh=0, volume_dm3=0) if days.days else periods


def _store_days(
    db: Session,
    pce_id: int,
    page: DayPage,
    days: Sequence[DayStatement],
    as_of: date,
    provenance: Provenance,
) -> StoreOutcome:
    first_rows, repeated = _statements_by_day(days, page, as_of, provenance)
    fresh, repeats = first_rows, repeated
    if page.stored_rows:
        fresh = {day: row for day, row in first_rows.items() if not page.says(day)}
        repeats = [(day, row) for day, row in first_rows.items() if page.says(day)] + repeated
    page.rows = dict(fresh)
    folded = _fold(db, pce_id, page, repeats) if repeats else {}
    for day, statements in folded.items():
        page.rows[day] = in_force(statements, page.digits)
    # counted before reconstruction changes the rows
    counts = _counted(page, fresh, repeats, folded)
    if page.rows:
        write_page(db, pce_id, page, folded)
    return counts + _sums(first_rows, repeated)


def _statements_by_day(
    days: Sequence[DayStatement], page: DayPage, as_of: date, provenance: Provenance
) -> tuple[dict[date, tuple[Content, Said]], list[Heard]]:
    """Return the first statement of each gas day of the file, and the repeated statements."""
    first_rows: dict[date, tuple[Content, Said]] = {}
    repeated: list[Heard] = []
    digits, status = page.digits, Status.UNKNOWN
    whose = int(provenance.source), provenance.run_id
    attribution = (int(status), as_of, page.now, *whose)
    for day in days:
        if day.status is not status:
            status = day.status
            attribution = (int(status), as_of, page.now, *whose)
        row = content_of(day, digits), attribution
        if first_rows.setdefault(day.gas_day, row) is not row:
            repeated.append((day.gas_day, row))
    return first_rows, repeated


def _fold(
    db: Session, pce_id: int, page: DayPage, repeats: Sequence[Heard]
) -> dict[date, dict[Key, Said]]:
    """Return all statements of each day for which `repeats` adds something new."""
    revisions = kept.revisions(db, pce_id, [day for day, _ in repeats if page.says(day)])
    statements_by_day: dict[date, dict[Key, Said]] = {}
    sets: dict[date, dict[Key, Said]] = {}
    for day, (content, attribution) in repeats:
        if day not in sets:
            statements_by_day[day] = revisions.get(day) or alone(page, day)
            sets[day] = dict(statements_by_day[day])
        key = content, attribution[4]
        before = sets[day].get(key)
        sets[day][key] = attribution if before is None else stronger(before, attribution)
    folded = {day: condense(sayings, page.now) for day, sayings in sets.items()}
    return {day: sayings for day, sayings in folded.items() if sayings != statements_by_day[day]}


def alone(page: DayPage, day: date) -> dict[Key, Said]:
    """Return the only statement of `day`, without any reconstruction, by content and run."""
    row = page.stored_rows[day] if page.says(day) else page.rows[day]
    content, (status, as_of, learnt_at, source, run_id) = row
    if as_of is None:
        return {}
    return {(stated(content), run_id): (status, as_of, learnt_at, source, run_id)}


def _counted(
    page: DayPage,
    fresh: Mapping[date, tuple[Content, Said]],
    repeats: Sequence[Heard],
    folded: Mapping[date, object],
) -> StoreOutcome:
    """Count what each line did; a day stated for the first time, and once, is new."""
    several = {day for day, _ in repeats}
    once = len(fresh) - len(several & fresh.keys())
    rows = [(day, row) for day, row in fresh.items() if day in several] + list(repeats)
    before: dict[date, Word | None] = {
        day: _word((stated(page.stored_rows[day][0]), page.stored_rows[day][1]))
        for day in several
        if page.says(day)
    }
    after = {
        day: _word(page.rows[day]) if day in folded or day in fresh else before[day]
        for day in several
    }
    words = {day: word for day, word in after.items() if word}
    counts = count_rows([(day, _word(row)) for day, row in rows], before, words)
    return counts + StoreOutcome(new=once)


def _word(row: Row) -> Word:
    content, attribution = row
    return content[0], content[1], attribution[0], attribution[3]


def _sums(
    first_rows: Mapping[date, tuple[Content, Said]], repeated: Sequence[Heard]
) -> StoreOutcome:
    best = dict(first_rows)
    for day, row in repeated:
        if rank(*row) > rank(*best[day]):
            best[day] = row
    contents = [content for content, _ in best.values()]
    return StoreOutcome(
        days=len(first_rows) + len(repeated),
        absent=count_absent([content for content, _ in first_rows.values()])
        + count_absent([content for _, (content, _) in repeated]),
        volume_dm3=sum(filter(None, [content[1] for content in contents])),
        energy_wh=sum(filter(None, [content[0] for content in contents])),
    )
