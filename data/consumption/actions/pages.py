"""A stretch of days of one PCE, on its way to the tables: holes closed, roll-up and news kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from data.consumption.actions import known as kept
from data.consumption.actions.bulk import Row, write_readings, write_revisions
from data.consumption.actions.marks import mark, note_change, note_days
from data.consumption.actions.rollup import roll_up
from data.consumption.rules.holes import LONGEST, LOOKBACK, REACH, leaning_on, rebuilt
from data.consumption.rules.merge import Content, Statements, has_value, stated
from data.consumption.types import Flag, Quality, Status
from data.provenance import DataSource
from i18n import PARIS

_NOTHING: Content = (None, None, None, None, None, None, int(Quality.ABSENT), 0)
_DEPOSIT = int(DataSource.DEPOSIT)


@dataclass(slots=True)
class Page:
    """A stretch of days of one PCE: `known` is in the table, `rows` are to be written there."""

    first: date  # of what changes
    last: date
    digits: int | None
    now: datetime
    known: dict[date, Row]
    alone: bool  # no other day of the PCE has a value
    rows: dict[date, Row] = field(default_factory=dict)
    removed: set[date] = field(default_factory=set)

    def says(self, day: date) -> bool:
        """Whether somebody has said something of *day*; else we rebuilt it, or it has no row."""
        row = self.known.get(day)
        return row is not None and row[1][1] is not None


def open_page(  # noqa: PLR0913 (a PCE, its days, and what is known of it)
    db: Session,
    pce_id: int,
    first: date,
    last: date,
    *,
    digits: int | None,
    now: datetime,
    alone: bool,
) -> Page:
    """Read what is known of *first*…*last* and as far around as a hole may feel it."""
    reach = timedelta(days=REACH + LONGEST + 1)
    known = kept.readings(db, pce_id, _back(first, reach), _ahead(last, reach))
    return Page(first, last, digits, now, known, alone)


def write_page(db: Session, pce_id: int, page: Page, folded: Mapping[date, Statements]) -> None:
    """Close the holes, then put everything in the tables; *folded* are the days said again."""
    if page.known or not _unbroken(page):
        _close_holes(page, kept.meter_changes(db, pce_id))
    write_revisions(db, pce_id, folded)
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


def count_absent(contents: Sequence[Content]) -> int:
    """How many of *contents* have no value; most files have none, so that is seen first."""
    if [content[0] for content in contents].count(None) == 0:
        return 0
    return sum(not has_value(content) for content in contents)


def _differs(page: Page, day: date) -> bool:
    """Whether the value, the status or the side that says *day* is another one; its date is not."""
    before, (content, said) = page.known.get(day), page.rows[day]
    if before is None or before[0] != content or before[1][0] != said[0]:
        return True
    return (before[1][3] == _DEPOSIT) != (said[3] == _DEPOSIT)


def _unbroken(page: Page) -> bool:
    whole = page.last.toordinal() - page.first.toordinal() + 1
    return len(page.rows) == whole and not count_absent([row[0] for row in page.rows.values()])


def _close_holes(page: Page, meter_changes: Collection[date]) -> None:
    """Make the reconstructions near the file what the stated days now imply."""
    after = {
        day: (stated(content), said)
        for day, (content, said) in page.known.items()
        if said[1] is not None and day not in page.removed
    } | page.rows
    found = rebuilt([(day, after[day][0]) for day in sorted(after)], meter_changes, page.digits)
    deposited = {day for day, row in after.items() if row[1][3] == _DEPOSIT and has_value(row[0])}
    leaning = leaning_on(deposited, found)
    mine = (day for day, row in page.known.items() if row[0][6] == Quality.RECONSTRUCTED)
    first = _back(page.first, timedelta(days=LONGEST + 1))
    last = _ahead(page.last, timedelta(days=LONGEST + LOOKBACK + 1))
    for day in {*found, *mine}:
        if first <= day <= last:
            flag = int(Flag.FROM_DEPOSIT) if day in leaning else 0
            value = (*found[day], flag) if day in found else None
            _settle(page, day, value, after.get(day))


def _settle(
    page: Page, day: date, value: tuple[int, int, int] | None, statement: Row | None
) -> None:
    """Fill *day* with the rebuilt *value*; without one, back to its *statement* or to nothing."""
    known = page.known.get(day)
    if value is None and statement is None:
        page.removed.add(day)
        return
    if value is None:
        wanted = statement
    else:
        silent = int(Status.UNKNOWN), None, page.now, int(DataSource.DISTRIBUTOR), 0
        content, said = statement or (_NOTHING, silent)
        flags = content[7] | value[2]
        wanted = (*value[:2], *content[2:6], int(Quality.RECONSTRUCTED), flags), said
    if wanted is None or (statement is None and known and known[0] == wanted[0]):
        return  # rebuilt before, and still the same
    if page.rows.get(day, known) != wanted:
        page.rows[day] = wanted
        page.removed.discard(day)


def _back(day: date, by: timedelta) -> date:
    return day - by if day - date.min > by else date.min


def _ahead(day: date, by: timedelta) -> date:
    return day + by if date.max - day > by else date.max
