"""Find among changed PCEs, in one set-based pass, those to evaluate again.

A change that reaches no floor and touches no episode cannot create one: only SQL reads it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Integer, text
from sqlalchemy.orm import Session

from core.database import Prepared
from data.metering.consumption.types import Quality
from data.thresholds.actions.id_lists import array_text

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
_MARKED = """SELECT k.pce_id FROM reading_marks k WHERE k.pce_id > :after
    ORDER BY k.pce_id LIMIT :most"""
_CLAIM = {
    "sqlite": Prepared(text(_MARKED).columns(pce_id=Integer)),
    "postgresql": Prepared(text(f"{_MARKED} FOR UPDATE SKIP LOCKED").columns(pce_id=Integer)),
}
_AMONG = "= ANY(CAST(:ids AS integer[]))"  # an `array_text`
_HOLD = text(f"SELECT id FROM pces WHERE id {_AMONG} FOR KEY SHARE SKIP LOCKED")  # noqa: S608
_RELEASE = {
    "sqlite": text("DELETE FROM reading_marks WHERE pce_id BETWEEN :low AND :high"),
    "postgresql": text(f"DELETE FROM reading_marks WHERE pce_id {_AMONG}"),  # noqa: S608
}


@dataclass(frozen=True, slots=True)
class EvaluationCandidate:
    """A threshold and PCE to evaluate again because of a change on `day`."""

    threshold_id: int
    pce_id: int
    day: date


def claim_chunk(db: Session, after: int, most: int) -> list[int]:
    """Claim at most `most` changed PCEs after id `after`, sorted.

    On PostgreSQL their marks are locked: readings stored meanwhile wait to mark them until this
    transaction ends, and PCEs being stored are left for the next pass.
    """
    rows = _CLAIM[db.connection().dialect.name].raw(db, {"after": after, "most": most})
    return sorted([row[0] for row in rows])


def is_claimed(db: Session, ids: Sequence[int]) -> set[int]:
    """Return the `ids` that another transaction locks: storing readings locks a PCE, then its mark.

    Writing an episode needs a lock on its PCE: it would wait for a transaction that waits for this
    one.
    """
    connection = db.connection()
    if not ids or connection.dialect.name == "sqlite":
        return set()
    return set(ids) - {row[0] for row in connection.execute(_HOLD, {"ids": array_text(ids)})}


def release(db: Session, ids: Sequence[int], excluded_ids: Collection[int] = ()) -> None:
    """Delete the marks of evaluated PCEs, except `excluded_ids`."""
    connection = db.connection()
    name = connection.dialect.name
    if name == "sqlite":
        connection.execute(_RELEASE[name], {"low": ids[0], "high": ids[-1]})
        return
    gone = [pce_id for pce_id in ids if pce_id not in excluded_ids]
    connection.execute(_RELEASE[name], {"ids": array_text(gone)})


def list_candidates(db: Session, ids: Sequence[int]) -> list[EvaluationCandidate]:
    """Return the candidates to evaluate among the claimed PCEs, by PCE."""
    name = db.connection().dialect.name
    rows = _PASS[name].rows(db, {"low": ids[0], "high": ids[-1]})
    claimed = set(ids)  # others in the id range may be claimed elsewhere
    return [EvaluationCandidate(*row) for row in rows if row[1] in claimed]


# One query for each kind of prefilter, which the server can join as a set.
_SQL = """
WITH k AS MATERIALIZED (
    SELECT k.pce_id, k.first_day, m.threshold_id, t.screen, t.removed_at
    FROM reading_marks k
    JOIN threshold_members m ON m.pce_id = k.pce_id AND m.pce_id BETWEEN :low AND :high
    JOIN thresholds t ON t.id = m.threshold_id
    WHERE k.pce_id BETWEEN :low AND :high AND t.screen <> 'CLOCK'),
living AS (SELECT * FROM k WHERE removed_at IS NULL),
found AS (
    SELECT {key} FROM living k {by_month} {month_of}
    JOIN threshold_floors f ON f.threshold_id = k.threshold_id
        AND f.slot = {month_number} AND f.floor_wh <= c.energy_wh
    WHERE k.screen = 'MONTH_ABOVE'
    UNION ALL
    SELECT {key} FROM living k
    JOIN threshold_floors f ON f.threshold_id = k.threshold_id AND f.slot = 0
    JOIN readings r ON r.pce_id = k.pce_id AND r.gas_day >= k.first_day
        AND r.energy_wh >= f.floor_wh
    WHERE k.screen = 'DAY_ABOVE'
    UNION ALL
    SELECT {key} FROM living k
    JOIN threshold_floors f ON f.threshold_id = k.threshold_id AND f.slot = 0
    JOIN readings r ON r.pce_id = k.pce_id AND r.gas_day >= k.first_day
        AND r.energy_wh <= f.floor_wh AND r.quality >= {measured}
    WHERE k.screen = 'DAY_BELOW'
    UNION ALL
    SELECT {key} FROM (SELECT DISTINCT {key} FROM living k WHERE k.screen = 'YEAR_ABOVE') k
    {by_month} {year_of}
    JOIN threshold_floors f ON f.threshold_id = k.threshold_id AND f.slot = 0
    GROUP BY {key}, {year}, f.floor_wh HAVING sum(c.energy_wh) >= f.floor_wh
    UNION ALL
    SELECT {key} FROM living k WHERE k.screen = 'ALWAYS'
    UNION ALL
    SELECT {key} FROM k
    JOIN threshold_episodes e ON e.pce_id = k.pce_id AND e.threshold_id = k.threshold_id
    WHERE e.state <> 'WITHDRAWN'
    AND (e.ended_on IS NULL OR (e.ended_on >= k.first_day AND k.removed_at IS NULL)))
SELECT threshold_id, pce_id, min(first_day) AS day FROM found
GROUP BY pce_id, threshold_id ORDER BY pce_id, threshold_id"""


def _pass(name: str) -> Prepared:
    sql = _SQL.format(
        key="k.threshold_id, k.pce_id, k.first_day",
        by_month="""JOIN monthly_consumption c ON c.pce_id = k.pce_id
            AND c.pce_id BETWEEN :low AND :high AND c.month >=""",
        month_of=_MONTH_OF[name],
        year_of=_YEAR_OF[name],
        month_number=_MONTH_NUMBER[name],
        year=_YEAR[name],
        measured=int(Quality.CORRECTED),
    )
    return Prepared(text(sql).columns(threshold_id=Integer, pce_id=Integer, day=Date))


_PASS = {name: _pass(name) for name in _MONTH_OF}
