"""Storing what one file says of one PCE: the same end whatever the order in which files come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from sqlalchemy.orm import Session

from data.consumption.actions import known as kept
from data.consumption.actions.bulk import Row, write_readings, write_revisions
from data.consumption.actions.injections import store_injections
from data.consumption.actions.marks import mark, note_change, note_days
from data.consumption.actions.periods import store_periods
from data.consumption.actions.rollup import roll_up
from data.consumption.rules.holes import LONGEST, LOOKBACK, REACH, rebuilt
from data.consumption.rules.merge import (
    Content,
    Said,
    content_of,
    has_value,
    in_force,
    rank,
    stated,
    stronger,
)
from data.consumption.types import DayStatement, Delivery, Outcome, Quality, Status
from data.weather.actions import load_own
from i18n import PARIS

Heard: TypeAlias = tuple[date, tuple[Content, Said]]  # one statement of the file


@dataclass(slots=True)
class _Page:
    """A stretch of days of one PCE: `known` is in the table, `rows` are to be written there."""

    first: date  # of the file
    last: date
    digits: int | None
    now: datetime
    known: dict[date, Row]
    alone: bool  # no other day of the PCE has a value
    rows: dict[date, Row] = field(default_factory=dict)
    removed: set[date] = field(default_factory=set)

    def says(self, day: date) -> bool:
        """The distributor has said something of *day*; else we rebuilt it, or it has no row."""
        row = self.known.get(day)
        return row is not None and row[1][1] is not None


def store(db: Session, pce_id: int, delivery: Delivery, *, as_of: date, now: datetime) -> Outcome:
    """Store *delivery* in the caller's transaction; the counts are over what it holds.

    Raises NotFound when the PCE does not exist. `new` are days not stated before, `changed` those
    whose value in force is another one, `same` all the rest: new + changed + same = days + periods
    + temperatures + injections.
    """
    digits, until = kept.locked(db, pce_id)
    outcome = Outcome()
    if delivery.days:
        days = [day.gas_day for day in delivery.days]
        first, last = min(days), max(days)
        reach = timedelta(days=REACH + LONGEST + 1)
        known = kept.readings(db, pce_id, _back(first, reach), _ahead(last, reach))
        page = _Page(first, last, digits, now, known, alone=until is None)
        outcome = _store_days(db, pce_id, page, delivery.days, as_of)
        latest = _latest(page, until)
        if latest is not None and latest != until:
            kept.keep_data_until(db, pce_id, latest)
    if delivery.periods:
        periods = store_periods(db, pce_id, delivery.periods, as_of=as_of, now=now)
        outcome = _together(outcome, periods)
    if delivery.temperatures:
        outcome += _store_warmth(db, pce_id, delivery.temperatures, judged=until is not None)
    if delivery.injections:
        outcome += store_injections(db, pce_id, delivery.injections, as_of=as_of, now=now)
    return outcome


def _store_warmth(
    db: Session, pce_id: int, days: Sequence[tuple[date, int]], *, judged: bool
) -> Outcome:
    """No reading is made of them: a day that only has a temperature is still awaited."""
    told = load_own(db, pce_id, days)
    if judged and (told.new or told.changed):
        note_change(db, pce_id)
    given = set(dict(days))
    return Outcome(
        new=told.new,
        changed=told.changed,
        same=told.same,
        temperatures=len(given),
        hidden=len(given & kept.own_warmth(db, pce_id, min(given), max(given))),
    )


def _latest(page: _Page, until: date | None) -> date | None:
    """The last day that has a value, *until* being so before."""
    if until is not None and until >= page.last:
        return until
    valued = [day for day, row in page.rows.items() if has_value(row[0])]
    return max(valued, default=until) if until is None else max([*valued, until])


def _back(day: date, by: timedelta) -> date:
    return day - by if day - date.min > by else date.min


def _ahead(day: date, by: timedelta) -> date:
    return day + by if date.max - day > by else date.max


def _together(days: Outcome, periods: Outcome) -> Outcome:
    """A file's energy is that of its days; of its periods only where it has no days."""
    if not days.days:
        return periods
    counted = Outcome(
        periods=periods.periods, new=periods.new, changed=periods.changed, same=periods.same
    )
    return days + counted


def _store_days(
    db: Session, pce_id: int, page: _Page, days: Sequence[DayStatement], as_of: date
) -> Outcome:
    heard, repeated = _heard(days, page, as_of)
    fresh, again = heard, repeated
    if page.known:
        fresh = {day: row for day, row in heard.items() if not page.says(day)}
        again = [(day, row) for day, row in heard.items() if page.says(day)] + repeated
    page.rows = dict(fresh)
    folded = _fold(db, pce_id, page, again) if again else {}
    for day, statements in folded.items():
        page.rows[day] = in_force(statements, page.digits)
    changed = sum(
        page.says(day) and page.rows[day][0][:2] != stated(page.known[day][0])[:2] for day in folded
    )
    if page.rows:
        _write(db, pce_id, page, folded)
    return _counts(heard, repeated, new=len(fresh), changed=changed)


def _heard(
    days: Sequence[DayStatement], page: _Page, as_of: date
) -> tuple[dict[date, tuple[Content, Said]], list[Heard]]:
    """The first statement of each gas day of the file, and those of days it repeats."""
    heard: dict[date, tuple[Content, Said]] = {}
    repeated: list[Heard] = []
    digits, status = page.digits, Status.UNKNOWN
    said = (int(status), as_of, page.now)
    for day in days:
        if day.status is not status:
            status = day.status
            said = (int(status), as_of, page.now)
        row = content_of(day, digits), said
        if heard.setdefault(day.gas_day, row) is not row:
            repeated.append((day.gas_day, row))
    return heard, repeated


def _fold(
    db: Session, pce_id: int, page: _Page, again: Sequence[Heard]
) -> dict[date, dict[Content, Said]]:
    """Every statement of each day about which *again* says something that was not known."""
    revisions = kept.revisions(db, pce_id, [day for day, _ in again if page.says(day)])
    sets: dict[date, dict[Content, Said]] = {}
    touched: set[date] = set()
    for day, (content, said) in again:
        if day not in sets:
            sets[day] = revisions.get(day) or _alone(page, day)
        before = sets[day].get(content)
        after = said if before is None else stronger(before, said)
        if after is not before:
            sets[day][content] = after
            touched.add(day)
    return {day: sets[day] for day in touched}


def _alone(page: _Page, day: date) -> dict[Content, Said]:
    """The only statement of *day*: the row itself, our reconstruction undone."""
    content, (status, as_of, learnt_at) = page.known[day] if page.says(day) else page.rows[day]
    return {} if as_of is None else {stated(content): (status, as_of, learnt_at)}


def _write(
    db: Session, pce_id: int, page: _Page, folded: Mapping[date, Mapping[Content, Said]]
) -> None:
    """Close the holes, then put everything in the tables."""
    if page.known or not _unbroken(page):
        _close_holes(page, kept.meter_changes(db, pce_id))
    several = {day: statements for day, statements in folded.items() if len(statements) > 1}
    write_revisions(db, pce_id, several)
    touched = [*page.rows, *page.removed]
    write_readings(db, pce_id, page.rows, [day for day in touched if day in page.known])
    moved = [day for day in touched if day in page.removed or _differs(page, day)]
    if not moved:  # said again, and later: nothing that is read of these days is another thing
        return
    energies = {day: row[0][0] for day, row in page.rows.items()} if page.alone else None
    span = min(moved), max(moved)
    today = page.now.astimezone(PARIS).date()
    roll_up(db, pce_id, *span, emptied=bool(page.removed), energies=energies, today=today)
    mark(db, pce_id, span[0])
    note_days(db, pce_id, *span)
    note_change(db, pce_id)


def _differs(page: _Page, day: date) -> bool:
    """Whether the value or the status of *day* is not what it was; its date is of no matter."""
    before, (content, said) = page.known.get(day), page.rows[day]
    return before is None or before[0] != content or before[1][0] != said[0]


def _unbroken(page: _Page) -> bool:
    whole = page.last.toordinal() - page.first.toordinal() + 1
    return len(page.rows) == whole and not _absent([row[0] for row in page.rows.values()])


def _absent(contents: Sequence[Content]) -> int:
    """How many of *contents* have no value; most files have none, so that is seen first."""
    if [content[0] for content in contents].count(None) == 0:
        return 0
    return sum(not has_value(content) for content in contents)


def _close_holes(page: _Page, meter_changes: Collection[date]) -> None:
    """Make the reconstructions near the file what the stated days now imply."""
    after = {
        day: (stated(content), said)
        for day, (content, said) in page.known.items()
        if said[1] is not None
    } | page.rows
    found = rebuilt([(day, after[day][0]) for day in sorted(after)], meter_changes, page.digits)
    mine = (day for day, row in page.known.items() if row[0][6] == Quality.RECONSTRUCTED)
    first = _back(page.first, timedelta(days=LONGEST + 1))
    last = _ahead(page.last, timedelta(days=LONGEST + LOOKBACK + 1))
    for day in {*found, *mine}:
        if first <= day <= last:
            _settle(page, day, found.get(day), after.get(day))


def _settle(page: _Page, day: date, value: tuple[int, int] | None, statement: Row | None) -> None:
    """Fill *day* with the rebuilt *value*; without one, back to its *statement* or to nothing."""
    known = page.known.get(day)
    if value is None and statement is None:
        page.removed.add(day)
        return
    if value is None:
        wanted = statement
    else:
        content, said = statement or (_NOTHING, (int(Status.UNKNOWN), None, page.now))
        wanted = (*value, *content[2:6], int(Quality.RECONSTRUCTED), content[7]), said
    if wanted is None or (statement is None and known and known[0] == wanted[0]):
        return  # rebuilt before, and still the same
    if page.rows.get(day, known) != wanted:
        page.rows[day] = wanted


_NOTHING: Content = (None, None, None, None, None, None, int(Quality.ABSENT), 0)


def _counts(
    heard: dict[date, tuple[Content, Said]],
    repeated: Sequence[Heard],
    *,
    new: int,
    changed: int,
) -> Outcome:
    best = dict(heard) if repeated else heard
    for day, row in repeated:
        if rank(*row) > rank(*best[day]):
            best[day] = row
    contents = [content for content, _ in best.values()]
    rows = len(heard) + len(repeated)
    return Outcome(
        days=rows,
        absent=_absent([content for content, _ in heard.values()])
        + _absent([content for _, (content, _) in repeated]),
        volume_dm3=sum(filter(None, [content[1] for content in contents])),
        energy_wh=sum(filter(None, [content[0] for content in contents])),
        new=new,
        changed=changed,
        same=rows - new - changed,
    )
