"""The one set-based pass that finds, among changed PCE, what the rules must replay.

A change that reaches no floor and touches no episode cannot make one: it is only looked at in SQL.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, TextualSelect, text
from sqlalchemy.orm import Session

from data.consumption.types import Quality

_MONTH_NUMBER = {
    "sqlite": "CAST(substr(c.month, 6, 2) AS INTEGER)",
    "postgresql": "EXTRACT(MONTH FROM c.month)::int",
}
_YEAR = {"sqlite": "substr(c.month, 1, 4)", "postgresql": "EXTRACT(YEAR FROM c.month)"}
_MONTH_OF = {
    "sqlite": "substr(k.first_day, 1, 7) || '-01'",
    "postgresql": "date_trunc('month', k.first_day::timestamp)::date",
}
_YEAR_OF = {
    "sqlite": "substr(k.first_day, 1, 4) || '-01-01'",
    "postgresql": "date_trunc('year', k.first_day::timestamp)::date",
}
_CHANGED = {
    "sqlite": "k.pce_id BETWEEN :low AND :high",
    "postgresql": "k.pce_id = ANY(CAST(:ids AS integer[]))",
}


_MARKED = """SELECT k.pce_id FROM reading_marks k WHERE k.pce_id > :after
    ORDER BY k.pce_id LIMIT :most"""
_CLAIM = {"sqlite": text(_MARKED), "postgresql": text(f"{_MARKED} FOR UPDATE SKIP LOCKED")}
_HOLD = text(
    "SELECT id FROM pces WHERE id = ANY(CAST(:ids AS integer[])) FOR KEY SHARE SKIP LOCKED"
)
_RELEASE = {
    name: text(f"DELETE FROM reading_marks AS k WHERE {which}")  # noqa: S608
    for name, which in _CHANGED.items()
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A threshold of a PCE whose rules must be replayed, something having changed on *day*."""

    threshold_id: int
    pce_id: int
    day: date


def claim(db: Session, after: int, most: int) -> list[int]:
    """Take at most *most* changed PCE beyond id *after*, in order.

    On PostgreSQL their marks are locked: readings stored meanwhile wait for the end of this
    transaction to be marked, and those of a PCE being stored just now are left for the next pass.
    """
    connection = db.connection()
    given = {"after": after, "most": most}
    return sorted(connection.execute(_CLAIM[connection.dialect.name], given).scalars().all())


def busy(db: Session, ids: Sequence[int]) -> set[int]:
    """Those of *ids* that somebody holds: who stores readings locks the PCE, then its mark.

    An episode refers to its PCE, so to write one waits for whoever holds it, who waits for us.
    """
    connection = db.connection()
    if not ids or connection.dialect.name == "sqlite":
        return set()
    return set(ids) - {row[0] for row in connection.execute(_HOLD, {"ids": list(ids)})}


def release(db: Session, ids: Sequence[int], kept: Collection[int] = ()) -> None:
    """The changes of these PCE have been judged, in this transaction; but of those *kept*."""
    connection = db.connection()
    name = connection.dialect.name
    if name == "sqlite":
        connection.execute(_RELEASE[name], {"low": ids[0], "high": ids[-1]})
        return
    gone = [pce_id for pce_id in ids if pce_id not in kept]
    connection.execute(_RELEASE[name], {"ids": gone})


def screened(db: Session, ids: Sequence[int]) -> list[Candidate]:
    """What to replay among the claimed PCE *ids*."""
    name = db.connection().dialect.name
    given: dict[str, Any] = {"low": ids[0], "high": ids[-1]} if name == "sqlite" else {"ids": ids}
    rows = db.connection().execute(_PASS[name], given)
    return [Candidate(*row) for row in rows]


def _pass(name: str) -> TextualSelect:
    sql = f"""
    SELECT m.threshold_id, m.pce_id, min(k.first_day) AS day
    FROM reading_marks k
    JOIN threshold_members m ON m.pce_id = k.pce_id
    JOIN thresholds t ON t.id = m.threshold_id
    WHERE {_CHANGED[name]} AND t.screen <> 'CLOCK'
    AND ((t.removed_at IS NULL AND CASE t.screen
        WHEN 'MONTH_ABOVE' THEN EXISTS (
            SELECT 1 FROM monthly_consumption c
            JOIN threshold_floors f
                ON f.threshold_id = t.id AND f.slot = {_MONTH_NUMBER[name]}
            WHERE c.pce_id = m.pce_id AND c.month >= {_MONTH_OF[name]}
            AND c.energy_wh >= f.floor_wh)
        WHEN 'DAY_ABOVE' THEN EXISTS (
            SELECT 1 FROM threshold_floors f
            JOIN readings r ON r.pce_id = m.pce_id
            WHERE f.threshold_id = t.id AND f.slot = 0
            AND r.gas_day >= k.first_day AND r.energy_wh >= f.floor_wh)
        WHEN 'DAY_BELOW' THEN EXISTS (
            SELECT 1 FROM threshold_floors f
            JOIN readings r ON r.pce_id = m.pce_id
            WHERE f.threshold_id = t.id AND f.slot = 0 AND r.quality >= {Quality.CORRECTED:d}
            AND r.gas_day >= k.first_day AND r.energy_wh <= f.floor_wh)
        WHEN 'YEAR_ABOVE' THEN EXISTS (
            SELECT 1 FROM threshold_floors f
            JOIN monthly_consumption c ON c.pce_id = m.pce_id
            WHERE f.threshold_id = t.id AND f.slot = 0 AND c.month >= {_YEAR_OF[name]}
            GROUP BY {_YEAR[name]}, f.floor_wh HAVING sum(c.energy_wh) >= f.floor_wh)
        ELSE {"1" if name == "sqlite" else "true"} END)
    OR EXISTS (
        SELECT 1 FROM threshold_episodes e
        WHERE e.pce_id = m.pce_id AND e.threshold_id = t.id AND e.state <> 'WITHDRAWN'
        AND (e.ended_on IS NULL OR (e.ended_on >= k.first_day AND t.removed_at IS NULL))))
    GROUP BY m.threshold_id, m.pce_id
    ORDER BY m.pce_id, m.threshold_id"""  # noqa: S608 (nothing here comes from outside)
    return text(sql).columns(threshold_id=Integer, pce_id=Integer, day=Date)


_PASS = {name: _pass(name) for name in _CHANGED}
