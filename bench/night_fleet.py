"""The fleet of the bench of thresholds, made in SQL, and the new day that each night brings it."""

import json
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from core.database import Database
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.thresholds.rules.serializer import packed
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod, ThresholdScope

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MONTH, KNOWN = date(2026, 11, 1), 20  # of which so many days are known
LIMIT = 4_000_000
DRAFT = ThresholdDraft(
    name="Chaufferie",
    kind=ThresholdKind.FIXED,
    period=ThresholdPeriod.MONTH,
    values_wh=(LIMIT,) * 12,
    recipients=(Recipient(1, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE),),
    scope=ThresholdScope(("0",)),
)
# Wh a day: those of a remainder pass 3,200 kWh (a warning) or 4,000 (the limit) on a night of ours.
_USED = """CASE p.id % 200 WHEN 0 THEN 153000 WHEN 100 THEN 153000
    WHEN 1 THEN 146000 WHEN 101 THEN 146000 WHEN 2 THEN 140000 WHEN 102 THEN 140000
    WHEN 3 THEN 191000 WHEN 4 THEN 182000 WHEN 5 THEN 174000
    ELSE 100000 + p.id % 40 * 1000 END"""


def load(database: Database, size: int) -> None:
    """Everything in SQL: a quarter of a million PCE are not made row by row."""
    with database.transaction() as db:
        for statement in (*_fleet(database, size), *_limits(database), *_history(database)):
            db.execute(text(statement))
    _analyse(database)


def _fleet(database: Database, size: int) -> list[str]:
    """One person, and her *size* PCE."""
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})"
    pad = "printf('%014d', i)" if database.sqlite else "lpad(i::text, 14, '0')"
    return [
        f"""INSERT INTO organisations (id, name, kind, created_at)
            VALUES (1, 'Tilleuls', 'COLLECTIVITY', '{stamp}')""",
        f"""INSERT INTO users (id, organisation_id, email, name, role, password_hash,
            password_changed_at, language, theme, created_at) VALUES (1, 1, 'alice@x.example',
            'Alice', 'FACILITY_MANAGER', '!', '{stamp}', 'fr', 'light', '{stamp}')""",
        f"""INSERT INTO pces (id, number, alias, search, holder_id, street, postal_code, city,
            frequency, tariff, supplier, profile, meter_serial, technical, contract, data_until)
            {numbers} SELECT i, {pad}, '', '', 1, '', '', '', 'JJ', '', '', '', '', '{{}}', '{{}}',
            {_day(database, MONTH + timedelta(days=KNOWN - 1))} FROM n""",
    ]


def _limits(database: Database) -> list[str]:
    """A threshold a PCE."""
    draft = json.dumps(packed(DRAFT)).replace(":", "\\:")
    false = "0" if database.sqlite else "false"
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    slots = ", ".join(f"({n})" for n in range(1, 13))
    return [
        f"""INSERT INTO thresholds (id, organisation_id, name, search, kind, period, severity, tag,
            delay, paused, changed_at, version, screen)
            SELECT id, 1, 'Chaufferie', '', 'FIXED', 'MONTH', 2, '', 0, {false}, '{stamp}', 1,
            'MONTH_ABOVE' FROM pces""",
        f"""INSERT INTO threshold_versions (threshold_id, number, first_day, at, user_id, change,
            active, draft) SELECT id, 1, {_day(database, MONTH)}, '{stamp}', 1, 'CREATED',
            {"1" if database.sqlite else "true"}, '{draft}' FROM pces""",
        f"""INSERT INTO threshold_floors (threshold_id, slot, floor_wh)
            WITH s(slot) AS (VALUES {slots})
            SELECT p.id, s.slot, {LIMIT * 80 // 100} FROM pces p CROSS JOIN s ORDER BY 1, 2""",
        f"""INSERT INTO threshold_members (pce_id, threshold_id, since)
            SELECT id, id, {_day(database, MONTH)} FROM pces ORDER BY id""",
        "INSERT INTO threshold_pces (pce_id, threshold_id) SELECT id, id FROM pces ORDER BY id",
    ]


def _history(database: Database) -> list[str]:
    """The days known, and that they are to be judged."""
    return [
        days_of(database, [MONTH + timedelta(days=n) for n in range(KNOWN)]),
        f"""INSERT INTO monthly_consumption (pce_id, month, energy_wh, volume_dm3, days_measured,
            days_estimated, days_reconstructed, days_absent)
            SELECT pce_id, {_day(database, MONTH)}, sum(energy_wh), 0, {KNOWN}, 0, 0, 0
            FROM readings GROUP BY pce_id ORDER BY pce_id""",
        f"""INSERT INTO reading_marks (pce_id, first_day)
            SELECT id, {_day(database, MONTH)} FROM pces ORDER BY id""",
    ]


def _day(database: Database, day: date) -> str:
    return f"'{day}'" if database.sqlite else f"DATE '{day}'"


def days_of(database: Database, days: list[date]) -> str:
    told = ", ".join(f"({_day(database, day)})" for day in days)
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    instant = f"'{stamp}'" if database.sqlite else f"TIMESTAMPTZ '{stamp}+00'"
    return f"""INSERT INTO readings (pce_id, gas_day, energy_wh, volume_dm3, quality, status,
        flags, as_of, learnt_at)
        WITH d(day) AS (VALUES {told})
        SELECT p.id, d.day, {_USED}, 10000, 4, 2, 0, {_day(database, NOW.date())}, {instant}
        FROM pces p CROSS JOIN d ORDER BY p.id, d.day"""


def new_day(database: Database, day: date) -> None:
    rolled = f"""UPDATE monthly_consumption AS c SET energy_wh = c.energy_wh + ({_USED})
        FROM pces p WHERE p.id = c.pce_id"""
    marked = f"""INSERT INTO reading_marks (pce_id, first_day)
        SELECT id, {_day(database, day)} FROM pces ORDER BY id"""
    until = f"UPDATE pces SET data_until = {_day(database, day)}"
    with database.transaction() as db:
        for statement in (days_of(database, [day]), rolled, until, marked):
            db.execute(text(statement))
    _analyse(database)


def _analyse(database: Database) -> None:
    """The planner's figures, which autovacuum and a long life would have gathered."""
    bare = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with bare.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
