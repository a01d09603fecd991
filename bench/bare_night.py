"""The floor of an evaluation: its one question, and the very rows that it wrote, by hand.

What ours wrote is found by what the tables hold before and after it. It is taken out again, then
the question is asked and these rows are inserted, updated and removed by the driver alone, many to
a statement, in one transaction: nothing is judged, compared, looked for or put into words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from core.database import Database

Row = dict[str, Any]
Rows = dict[int, Row]
_TABLES = ("threshold_episodes", "notice_events", "notices")  # what refers to another comes after
_MARKS = "reading_marks"


class BareNight:
    """Made before ours is run, told when it is over, then any number of times `do` and `undo`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mark = "?" if database.sqlite else "%s"
        self._before = {table: self._rows(table) for table in _TABLES}
        self._marks = [tuple(row.values()) for row in self._read(_MARKS)]
        self._new: dict[str, list[Row]] = {}
        self._old: list[Row] = []
        self._changed: list[Row] = []

    def over(self) -> None:
        """Ours has been run: what it wrote is known from now on."""
        assert not self._read(_MARKS), "ours left marks"
        for table in _TABLES:
            before, after = self._before.pop(table), self._rows(table)
            self._new[table] = [row for key, row in after.items() if key not in before]
            moved = [key for key, row in before.items() if after[key] != row]
            if table == _TABLES[0]:
                self._old = [before[key] for key in moved]
                self._changed = [after[key] for key in moved]
            else:
                assert not moved, f"rows of {table} have changed"

    def undo(self) -> None:
        """All is again as ours found it."""
        with self._writing() as driver:
            for table in reversed(_TABLES):
                keys = [(row["id"],) for row in self._new[table]]
                driver.executemany(f"DELETE FROM {table} WHERE id = {self._mark}", keys)
            self._update(driver, self._old)
            marks = f"INSERT INTO {_MARKS} (pce_id, first_day) VALUES ({self._mark}, {self._mark})"
            driver.executemany(marks, self._marks)

    def do(self, question: str) -> None:
        """The floor."""
        with self._writing() as driver:
            driver.execute(question)
            driver.fetchall()
            self._update(driver, self._changed)
            for table in _TABLES:
                self._insert(driver, table, self._new[table])
            driver.execute(f"DELETE FROM {_MARKS}")

    def _insert(self, driver: Any, table: str, rows: Sequence[Row]) -> None:
        if rows:
            names = ", ".join(rows[0])
            marks = ", ".join([self._mark] * len(rows[0]))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"
            driver.executemany(sql, [tuple(row.values()) for row in rows])

    def _update(self, driver: Any, rows: Sequence[Row]) -> None:
        """The columns that ours changed, of those rows alone."""
        names = _differing(self._old, self._changed)
        if names:
            told = ", ".join(f"{name} = {self._mark}" for name in names)
            sql = f"UPDATE {_TABLES[0]} SET {told} WHERE id = {self._mark}"
            driver.executemany(sql, [(*(row[name] for name in names), row["id"]) for row in rows])

    def _rows(self, table: str) -> Rows:
        return {row["id"]: row for row in self._read(table)}

    def _read(self, table: str) -> list[Row]:
        with self._database.reading() as db:
            found = db.connection().exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")
            return [_as_sent(row) for row in found.mappings()]

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._database.transaction() as db:
            yield db.connection().connection.cursor()


def _as_sent(row: Mapping[str, Any]) -> Row:
    """As the driver takes it: what PostgreSQL gives of a JSON column is read already."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        for name, value in row.items()
    }


def _differing(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    pairs = list(zip(before, after, strict=True))
    return [name for name in (before or [{}])[0] if any(a[name] != b[name] for a, b in pairs)]
