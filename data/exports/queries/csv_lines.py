"""Query the days of many PCEs as lines of CSV, written by the database itself.

A fleet has millions of days: loading them in Python takes several times longer than reading them.
SQLite runs one statement for each run of days, PostgreSQL one for a few runs, each returning one
text; a test compares it with the output of `write_csv` for the same days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.metering.consumption.files.cell_parser import (
    DEPOSITED_STATUS_WORDS,
    QUALITY_WORDS,
    SOURCE_WORDS,
    STATUS_WORDS,
)
from data.metering.consumption.types import Flag, Quality
from data.provenance import DataSource

AT_ONCE = 10  # runs in one PostgreSQL statement: a megabyte of text
_FIGURES = (
    ("index_start_dm3", 1000),
    ("index_end_dm3", 1000),
    ("volume_dm3", 1000),
    ("energy_wh", 1000),
    ("coefficient_e4", 10_000),
    ("temperature_c100", 100),
)


@dataclass(frozen=True, slots=True)
class DayRun:
    """A run of days of a PCE, both ends included; `lead` starts each line."""

    pce_id: int
    first: date
    last: date
    lead: str


def iter_csv_lines(db: Session, runs: Sequence[DayRun]) -> list[tuple[int, str]]:
    """Return the number of lines and the lines of each run, without a final line end."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        return list(_of_sqlite(connection, runs))
    return [
        result
        for start in range(0, len(runs), AT_ONCE)
        for result in _of_postgresql(connection, runs[start : start + AT_ONCE])
    ]


def _of_sqlite(connection: Connection, runs: Sequence[DayRun]) -> Iterator[tuple[int, str]]:
    cursor = connection.connection.cursor()
    for run in runs:
        values = (run.lead, run.pce_id, run.first.isoformat(), run.last.isoformat())
        count, text = cursor.execute(_SQLITE, values).fetchone()
        yield count, text or ""
    cursor.close()


def _of_postgresql(connection: Connection, runs: Sequence[DayRun]) -> list[tuple[int, str]]:
    values = (
        list(range(len(runs))),
        [run.pce_id for run in runs],
        [run.first for run in runs],
        [run.last for run in runs],
        [run.lead for run in runs],
    )
    results = {place: (count, text or "") for place, count, text in
             connection.exec_driver_sql(_POSTGRESQL, values)}  # fmt: skip
    return [results[place] for place in range(len(runs))]


def _cases(column: str, words: Mapping[Any, str]) -> str:
    whens = " ".join(f"WHEN {int(value)} THEN '{word}'" for value, word in words.items())
    return f"CASE {column} {whens} END"


_SOURCE = f"""(CASE WHEN quality = {Quality.ABSENT:d} THEN 0
    WHEN flags & {Flag.FROM_DEPOSIT:d} <> 0 THEN {DataSource.DEPOSIT:d} ELSE source END)"""
_deposited, _published = (
    _cases("status", words) for words in (DEPOSITED_STATUS_WORDS, STATUS_WORDS)
)
_WORDS = ", ';', ".join(
    (
        _cases("quality", QUALITY_WORDS),
        f"CASE {_SOURCE} WHEN {DataSource.DEPOSIT:d} THEN {_deposited} ELSE {_published} END",
        _cases(_SOURCE, {0: ""} | SOURCE_WORDS),
    )
)
# Float division printed with the shortest exact form: exact up to 10^12 m³.
_SQLITE_FIGURES = "||';'||".join(
    f"CASE WHEN {column} IS NULL THEN '' ELSE printf('%.15g', {column} / {over}.0) END"
    for column, over in _FIGURES
)
_SQLITE = f"""
SELECT count(*), group_concat(line, char(13, 10)) FROM (
  SELECT ? || gas_day || ';' || replace({_SQLITE_FIGURES}, '.', ',') || ';'
         || {_WORDS.replace(", ';', ", "||';'||")} AS line
  FROM readings WHERE pce_id = ? AND gas_day BETWEEN ? AND ? ORDER BY gas_day)"""  # noqa: S608
_POSTGRESQL_FIGURES = ", ';', ".join(f"{column} / float8 '{over}'" for column, over in _FIGURES)
_POSTGRESQL = f"""
SELECT run.place, made.count, made.lines
FROM unnest(%s::int[], %s::int[], %s::date[], %s::date[], %s::text[])
       AS run (place, pce_id, first_day, last_day, lead)
CROSS JOIN LATERAL (
  SELECT count(*) AS count, string_agg(concat(
           run.lead, gas_day, ';', replace(concat({_POSTGRESQL_FIGURES}), '.', ','), ';', {_WORDS}
         ), E'\\r\\n') AS lines
  FROM (SELECT * FROM readings WHERE readings.pce_id = run.pce_id
        AND gas_day BETWEEN run.first_day AND run.last_day ORDER BY gas_day) AS days
) AS made"""  # noqa: S608
