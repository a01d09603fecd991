"""Store a stretch of days of one PCE: fill gaps, update the roll-up, record news."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.metering.consumption.actions import existing_values as kept
from data.metering.consumption.actions.bulk import Row, write_readings, write_revisions
from data.metering.consumption.actions.change_marks import mark_days_changed, mark_pces, note_change
from data.metering.consumption.actions.rollup import roll_up
from data.metering.consumption.rules.gap_filling import (
    LONGEST,
    LOOKBACK,
    REACH,
    leaning_on,
    rebuilt,
)
from data.metering.consumption.rules.merge import Content, Statements, has_value, stated
from data.metering.consumption.types import Flag, Quality, Status
from data.provenance import DataSource

_NOTHING: Content = (None, None, None, None, None, None, int(Quality.ABSENT), 0)
_DEPOSIT = int(DataSource.DEPOSIT)


@dataclass(slots=True)
class DayPage:
    """A stretch of days of one PCE: `stored_rows` are in the table, `rows` are to be written."""

    first: date  # first day of the change
    last: date
    digits: int | None
    now: datetime
    stored_rows: dict[date, Row]
    until: date | None  # last day of the PCE that had a value
    rows: dict[date, Row] = field(default_factory=dict)
    removed: set[date] = field(default_factory=set)

    def says(self, day: date) -> bool:
        """Return whether a source stated `day`; otherwise it was reconstructed or has no row."""
        row = self.stored_rows.get(day)
        return row is not None and row[1][1] is not None


def open_page(  # noqa: PLR0913 (a PCE, its days, and what is known of it)
    db: Session,
    pce_id: int,
    first: date,
    last: date,
    *,
    digits: int | None,
    now: datetime,
    until: date | None,
) -> DayPage:
    """Load the stored days around `first`…`last`, to rebuild every gap that they can affect."""
    reach = timedelta(days=REACH + LONGEST + 1)
    stored_rows = kept.readings(db, pce_id, _back(first, reach), _ahead(last, reach))
    return DayPage(first, last, digits, now, stored_rows, until)


def write_page(
    db: Session,
    pce_id: int,
    page: DayPage,
    folded: Mapping[date, Statements],
    *,
    withdrawn: bool = False,
) -> None:
    """Rebuild gaps, then write the page; `folded` are the statements of the days stated again.

    The last day with a value of the PCE follows; it moves back only when a run is `withdrawn`.
    """
    if page.stored_rows or not _unbroken(page):
        _close_holes(page, kept.meter_changes(db, pce_id))
    write_revisions(db, pce_id, folded)
    touched = [*page.rows, *page.removed]
    write_readings(db, pce_id, page.rows, [day for day in touched if day in page.stored_rows])
    moved = [day for day in touched if day in page.removed or _differs(page, day)]
    if not moved:  # the days were only confirmed: nothing that is read has changed
        return
    energies = {day: row[0][0] for day, row in page.rows.items()} if page.until is None else None
    until = kept.last_valued_day(db, pce_id) if withdrawn else _until(page)
    if until != page.until:  # read by the standings that the roll-up stores
        kept.keep_data_until(db, pce_id, until)
    span = min(moved), max(moved)
    today = page.now.astimezone(PARIS).date()
    roll_up(db, pce_id, *span, emptied=bool(page.removed), energies=energies, today=today)
    mark_pces(db, pce_id, span[0])
    mark_days_changed(db, pce_id, *span)
    note_change(db, pce_id)


def count_absent(contents: Sequence[Content]) -> int:
    """Count the `contents` without a value, quickly when there is none."""
    if [content[0] for content in contents].count(None) == 0:
        return 0
    return sum(not has_value(content) for content in contents)


def _until(page: DayPage) -> date | None:
    if page.until is not None and page.until >= page.last:
        return page.until
    valued_days = [day for day, row in page.rows.items() if has_value(row[0])]
    return max(valued_days if page.until is None else [*valued_days, page.until], default=None)


def _differs(page: DayPage, day: date) -> bool:
    """Return whether the value, status or deposit origin of `day` changed.

    The as-of date is ignored.
    """
    before, (content, attribution) = page.stored_rows.get(day), page.rows[day]
    if before is None or before[0] != content or before[1][0] != attribution[0]:
        return True
    return (before[1][3] == _DEPOSIT) != (attribution[3] == _DEPOSIT)


def _unbroken(page: DayPage) -> bool:
    expected_count = page.last.toordinal() - page.first.toordinal() + 1
    return len(page.rows) == expected_count and not count_absent(
        [row[0] for row in page.rows.values()]
    )


def _close_holes(page: DayPage, meter_changes: Collection[date]) -> None:
    """Recompute the reconstructed days near the file from what is now stated."""
    after = {
        day: (stated(content), attribution)
        for day, (content, attribution) in page.stored_rows.items()
        if attribution[1] is not None and day not in page.removed
    } | page.rows
    rebuilt_days = rebuilt(
        [(day, after[day][0]) for day in sorted(after)], meter_changes, page.digits
    )
    deposited = {day for day, row in after.items() if row[1][3] == _DEPOSIT and has_value(row[0])}
    leaning = leaning_on(deposited, rebuilt_days)
    mine = (day for day, row in page.stored_rows.items() if row[0][6] == Quality.RECONSTRUCTED)
    first = _back(page.first, timedelta(days=LONGEST + 1))
    last = _ahead(page.last, timedelta(days=LONGEST + LOOKBACK + 1))
    for day in {*rebuilt_days, *mine}:
        if first <= day <= last:
            flag = int(Flag.FROM_DEPOSIT) if day in leaning else 0
            value = (*rebuilt_days[day], flag) if day in rebuilt_days else None
            _settle(page, day, value, after.get(day))


def _settle(
    page: DayPage, day: date, value: tuple[int, int, int] | None, statement: Row | None
) -> None:
    """Fill `day` with the rebuilt `value`.

    Without one, restore its `statement` or remove the row.
    """
    stored_row = page.stored_rows.get(day)
    if value is None and statement is None:
        page.removed.add(day)
        return
    if value is None:
        target_row = statement
    else:
        silent = int(Status.UNKNOWN), None, page.now, int(DataSource.DISTRIBUTOR), 0
        content, attribution = statement or (_NOTHING, silent)
        flags = content[7] | value[2]
        target_row = (*value[:2], *content[2:6], int(Quality.RECONSTRUCTED), flags), attribution
    if target_row is None or (statement is None and stored_row and stored_row[0] == target_row[0]):
        return  # rebuilt before with the same result
    if page.rows.get(day, stored_row) != target_row:
        page.rows[day] = target_row
        page.removed.discard(day)


def _back(day: date, by: timedelta) -> date:
    return day - by if day - date.min > by else date.min


def _ahead(day: date, by: timedelta) -> date:
    return day + by if date.max - day > by else date.max
