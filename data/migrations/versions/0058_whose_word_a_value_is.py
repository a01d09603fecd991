"""Whose word each value is: the distributor's side, or an organisation that deposited a file.

A value that was learnt while a file was stored is of that file. Where no file can have brought it,
it is the distributor's. A deposit that overrode the distributor's word stands beside it from now.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_STAFF, _DEPOSIT = 2, 4
_DAYS, _PERIODS = ("readings", "reading_revisions"), ("consumption_periods", "injection_periods")
_SAID = (
    *("energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4"),
    *("temperature_c100", "quality", "flags", "status", "as_of", "learnt_at", "source", "run_id"),
)
_RUN = """
UPDATE {table} SET run_id = coalesce((
  SELECT w.run_id FROM run_words w JOIN pces p ON p.id = {table}.pce_id
  WHERE w.learnt_at = {table}.learnt_at AND (
    w.source = 2 OR p.holder_id = w.organisation_id
    OR NOT EXISTS (SELECT 1 FROM mirror_tasks m WHERE m.pce_id = {table}.pce_id))
  ORDER BY CASE WHEN w.source = 4 AND p.holder_id = w.organisation_id THEN 0 ELSE w.source END,
    w.run_id
  LIMIT 1), 0)
WHERE learnt_at IN (SELECT learnt_at FROM run_words)
"""
_SOURCE = """
UPDATE {table} SET source = CASE WHEN EXISTS (
  SELECT 1 FROM run_words w WHERE w.run_id = {table}.run_id AND w.source = 2) THEN 2 ELSE 4 END
WHERE run_id <> 0
"""
_OWN = """
UPDATE weather_own_days SET source = :source, run_id = :run
WHERE pce_id IN (SELECT id FROM pces WHERE number = :pce)
"""
# A deposit has no more than this over the distributor's word: it fills what is missing.
_OVERRIDDEN = """
SELECT v.pce_id, v.gas_day, {columns} FROM reading_revisions v
JOIN readings r ON r.pce_id = v.pce_id AND r.gas_day = v.gas_day
WHERE r.source = 4 AND v.source <> 4 AND (v.energy_wh IS NOT NULL OR v.volume_dm3 IS NOT NULL)
ORDER BY v.pce_id, v.gas_day, CASE WHEN v.status = 2 THEN 1 ELSE 0 END, v.as_of, v.status,
  coalesce(v.energy_wh, -1), coalesce(v.volume_dm3, -1)
"""
_DEPOSITED = """
UPDATE monthly_consumption SET days_deposited = (
  SELECT count(*) FROM readings r WHERE r.pce_id = monthly_consumption.pce_id
  AND r.source = 4 AND r.quality > 1 AND r.gas_day >= monthly_consumption.month
  AND r.gas_day < {after})
WHERE pce_id IN (SELECT DISTINCT pce_id FROM readings WHERE source = 4)
"""
_AFTER = {
    "sqlite": "date(monthly_consumption.month, '+1 month')",
    "postgresql": "(monthly_consumption.month + interval '1 month')::date",
}


def upgrade() -> None:
    for table in (*_DAYS, *_PERIODS, "weather_own_days"):
        _add(table, "source", sa.SmallInteger(), "1")
        _add(table, "run_id", sa.Integer(), "0")
    _add("monthly_consumption", "days_deposited", sa.SmallInteger(), "0")
    for table in _PERIODS:
        _key_by_run(table)
    _trace()
    moved = _put_back()
    for pce_id, month in sorted({(pce, day.replace(day=1)) for pce, day in moved}):
        for one in (month, month.replace(year=month.year + 1)):
            _sum(pce_id, one)
    op.execute(_DEPOSITED.format(after=_AFTER[op.get_bind().dialect.name]))
    _judge_again(moved)


def _add(table: str, name: str, type_: sa.types.TypeEngine[int], default: str) -> None:
    op.add_column(table, sa.Column(name, type_, server_default=default, nullable=False))


def _key_by_run(table: str) -> None:
    """A row for each run: SQLite has to make the table anew to change its key."""
    key = ["pce_id", *(["kind"] if table == "consumption_periods" else []), "first_day", "last_day"]
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.drop_constraint(f"pk_{table}", table, type_="primary")
        op.create_primary_key(f"pk_{table}", table, [*key, "run_id"])
        return
    made = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    sql = str(bind.execute(made, {"table": table}).scalar_one())
    op.execute(
        sql.replace(f"CREATE TABLE {table}", f"CREATE TABLE {table}_new").replace(
            f"PRIMARY KEY ({', '.join(key)})", f"PRIMARY KEY ({', '.join(key)}, run_id)"
        )
    )
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")  # noqa: S608 (our names)
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)


def _trace() -> None:
    """Give each value the run in whose time it was learnt; of several, that of its holder first."""
    runs = _runs()
    words = op.create_table(
        "run_words",
        sa.Column("learnt_at", core.database.Instant(timezone=True), index=True),
        sa.Column("run_id", sa.Integer()),
        sa.Column("source", sa.SmallInteger()),
        sa.Column("organisation_id", sa.Integer()),
    )
    bind = op.get_bind()
    learnt = sorted({at for table in (*_DAYS, *_PERIODS) for at in _learnt(table)})
    for run in runs:
        for at in learnt[bisect_left(learnt, run.started_at) :]:
            if at > run.ended_at:
                break
            source = _STAFF if run.kind == "DISTRIBUTOR" else _DEPOSIT
            bind.execute(
                words.insert(),
                {"learnt_at": at, "run_id": run.id, "source": source}
                | {"organisation_id": run.organisation_id},
            )
        if run.pce and run.counts.get("temperatures"):
            source = _STAFF if run.kind == "DISTRIBUTOR" else _DEPOSIT
            told = {"source": source, "run": run.id, "pce": "".join(run.pce.split())}
            bind.execute(sa.text(_OWN), told)
    for table in (*_DAYS, *_PERIODS):
        op.execute(_RUN.format(table=table))
        op.execute(_SOURCE.format(table=table))
    op.drop_table("run_words")


def _runs() -> Sequence[Any]:
    """The files of readings of which something was stored, and when that began and ended."""
    instant = core.database.Instant(timezone=True)
    query = sa.text(
        "SELECT r.id, r.organisation_id, o.kind, r.pce, r.counts, r.started_at,"
        " coalesce(r.finished_at, r.beat_at) AS ended_at"
        " FROM runs r JOIN organisations o ON o.id = r.organisation_id"
        " WHERE r.kind = 'READINGS' AND r.done > 0 AND r.started_at IS NOT NULL ORDER BY r.id"
    ).columns(counts=sa.JSON(), started_at=instant, ended_at=instant)
    return op.get_bind().execute(query).all()


def _learnt(table: str) -> Sequence[Any]:
    query = sa.text(f"SELECT DISTINCT learnt_at FROM {table}")  # noqa: S608 (our names)
    return (
        op.get_bind().scalars(query.columns(learnt_at=core.database.Instant(timezone=True))).all()
    )


def _put_back() -> list[tuple[int, date]]:
    """Put in force the distributor's word where a deposit overrode it; the days that moved."""
    columns = ", ".join(f"v.{name}" for name in _SAID)
    types = {
        "gas_day": sa.Date(),
        "as_of": sa.Date(),
        "learnt_at": core.database.Instant(timezone=True),
    }
    query = sa.text(_OVERRIDDEN.format(columns=columns)).columns(**types)
    best = {(row.pce_id, row.gas_day): row for row in op.get_bind().execute(query)}  # the last
    readings = sa.table(
        "readings",
        sa.column("pce_id"),
        sa.column("gas_day", sa.Date()),
        *(sa.column(name, types.get(name)) for name in _SAID),
    )
    for (pce_id, day), row in best.items():
        op.execute(
            readings.update()
            .where(readings.c.pce_id == pce_id, readings.c.gas_day == day)
            .values({name: getattr(row, name) for name in _SAID})
        )
    return list(best)


def _sum(pce_id: int, month: date) -> None:
    """Say again what the roll-up says of a month that it has."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    days = sa.text(
        "SELECT gas_day, energy_wh, volume_dm3, quality FROM readings"
        " WHERE pce_id = :pce AND gas_day >= :first AND gas_day < :after"
    ).columns(gas_day=sa.Date())
    days = days.bindparams(sa.bindparam("first", type_=sa.Date()))
    days = days.bindparams(sa.bindparam("after", type_=sa.Date()))
    bind = op.get_bind()
    rows = bind.execute(days, {"pce": pce_id, "first": month, "after": after}).all()
    back = {
        "first": month.replace(year=month.year - 1),
        "after": after.replace(year=after.year - 1),
    }
    before = {
        (row.gas_day.month, row.gas_day.day): row.energy_wh
        for row in bind.execute(days, {"pce": pce_id} | back)
        if row.energy_wh is not None
    }
    shared = [
        (row.energy_wh, before[row.gas_day.month, row.gas_day.day])
        for row in rows
        if row.energy_wh is not None and (row.gas_day.month, row.gas_day.day) in before
    ]
    values = {
        "energy_wh": sum(row.energy_wh or 0 for row in rows),
        "volume_dm3": sum(row.volume_dm3 or 0 for row in rows),
        "days_measured": sum(row.quality >= 3 for row in rows),  # noqa: PLR2004 (corrected ones too)
        "days_estimated": sum(row.quality == 2 for row in rows),  # noqa: PLR2004
        "days_reconstructed": sum(row.quality == 1 for row in rows),
        "days_absent": sum(row.quality == 0 for row in rows),
        "days_shared": len(shared),
        "shared_wh": sum(this for this, _before in shared),
        "before_wh": sum(before for _this, before in shared),
    }
    table = sa.table(
        "monthly_consumption",
        sa.column("pce_id"),
        sa.column("month", sa.Date()),
        *(sa.column(name) for name in values),
    )
    mine = table.c.pce_id == pce_id, table.c.month == month
    op.execute(table.update().where(*mine).values(values))


def _judge_again(moved: Sequence[tuple[int, date]]) -> None:
    """Thresholds, signatures and standings follow from the days that moved."""
    first: dict[int, date] = {}
    for pce_id, day in moved:
        first[pce_id] = min(first.get(pce_id, day), day)
    marks = sa.text(
        "INSERT INTO reading_marks (pce_id, first_day) VALUES (:pce, :day) ON CONFLICT (pce_id)"
        " DO UPDATE SET first_day = excluded.first_day"
        " WHERE excluded.first_day < reading_marks.first_day"
    ).bindparams(sa.bindparam("day", type_=sa.Date()))
    changes = sa.text(
        "INSERT INTO reading_changes (pce_id, times) VALUES (:pce, 1) ON CONFLICT (pce_id)"
        " DO UPDATE SET times = reading_changes.times + 1"
    )
    standing = sa.text("UPDATE fleet_standings SET last_day = :day WHERE pce_id = :pce")
    standing = standing.bindparams(sa.bindparam("day", type_=sa.Date()))
    bind = op.get_bind()
    for pce_id, day in first.items():
        bind.execute(marks, {"pce": pce_id, "day": day})
        bind.execute(changes, {"pce": pce_id})
        bind.execute(standing, {"pce": pce_id, "day": date.min})
