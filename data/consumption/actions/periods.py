"""Storing periods: billing periods and the lines of weekly and monthly sheets, never days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.consumption.actions.cuts import news_of, next_turn, settle
from data.consumption.actions.marks import note_periods
from data.consumption.models import ConsumptionPeriod
from data.consumption.rules.merge import period_rank
from data.consumption.types import (
    News,
    Outcome,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
)

Key: TypeAlias = tuple[PeriodKind, date, date]
Known: TypeAlias = tuple[PeriodStatement, date]  # what is kept, and as of when

_MEASURES = ("energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4")
_VALUES = (*_MEASURES, "quality", "status")


def store_periods(
    db: Session, pce_id: int, periods: Sequence[PeriodStatement], *, as_of: date, now: datetime
) -> Outcome:
    """Keep, for each period, the statement that ranks first; counts are over *periods*.

    Published ones that these cut otherwise are replaced.
    """
    known, aside = _known(db, pce_id, periods)
    best = dict(known)
    for period in periods:
        key = (period.kind, period.first_day, period.last_day)
        kept = best.get(key)
        if kept is None or period_rank(period, as_of) > period_rank(*kept):
            best[key] = (period, as_of)
    fresh = [key for key in best if key not in known]
    better = [key for key in known if best[key] != known[key]]
    changed = [key for key in better if _value(best[key]) != _value(known[key])]
    _write(db, pce_id, {key: best[key] for key in fresh + better}, fresh, now)
    _date(db, pce_id, changed, now)
    moved = settle(db, ConsumptionPeriod, pce_id, _published(fresh + better))
    other = fresh + [key for key in better if best[key][0] != known[key][0]]
    told = news_of(_published(other), _published(aside), _published(fresh), moved)
    note_periods(db, pce_id, News.PERIODS, told)
    return Outcome(
        energy_wh=sum(period.energy_wh or 0 for period in periods),
        volume_dm3=sum(period.volume_dm3 or 0 for period in periods),
        periods=len(periods),
        new=len(fresh),
        changed=len(changed),
        same=len(periods) - len(fresh) - len(changed),
    )


def _published(keys: Iterable[Key]) -> list[tuple[date, date]]:
    return [key[1:] for key in keys if key[0] is PeriodKind.PUBLISHED]


def _value(known: Known) -> tuple[int | None, int | None]:
    return known[0].energy_wh, known[0].volume_dm3


def _known(
    db: Session, pce_id: int, periods: Sequence[PeriodStatement]
) -> tuple[dict[Key, Known], list[Key]]:
    """What is kept of the very days of *periods*, and which of these are replaced."""
    rows = db.execute(
        select(
            ConsumptionPeriod.kind,
            ConsumptionPeriod.first_day,
            ConsumptionPeriod.last_day,
            *(getattr(ConsumptionPeriod, name) for name in _VALUES),
            ConsumptionPeriod.as_of,
            ConsumptionPeriod.replaced,
        ).where(
            ConsumptionPeriod.pce_id == pce_id,
            ConsumptionPeriod.first_day >= min(period.first_day for period in periods),
            ConsumptionPeriod.first_day <= max(period.first_day for period in periods),
            ConsumptionPeriod.kind.in_({period.kind for period in periods}),
        )
    )
    wanted = {(period.kind, period.first_day, period.last_day) for period in periods}
    found = [row for row in rows if row[:3] in wanted]
    known: dict[Key, Known] = {row[:3]: (_statement(row), row.as_of) for row in found}
    return known, [row[:3] for row in found if row.replaced]


def _statement(row: Row[Any]) -> PeriodStatement:
    measures: dict[str, int | None] = {name: getattr(row, name) for name in _MEASURES}
    return PeriodStatement(
        kind=row.kind,
        first_day=row.first_day,
        last_day=row.last_day,
        **measures,
        quality=Quality(row.quality),
        status=Status(row.status),
    )


_KEPT = update(ConsumptionPeriod).where(
    ConsumptionPeriod.pce_id == bindparam("at_pce"),
    ConsumptionPeriod.kind == bindparam("at_kind"),
    ConsumptionPeriod.first_day == bindparam("at_first"),
    ConsumptionPeriod.last_day == bindparam("at_last"),
)


def _key(pce_id: int, key: Key) -> dict[str, Any]:
    return {"at_pce": pce_id, "at_kind": key[0], "at_first": key[1], "at_last": key[2]}


def _write(
    db: Session, pce_id: int, kept: Mapping[Key, Known], fresh: Sequence[Key], now: datetime
) -> None:
    if not kept:
        return
    told = {"told": next_turn(db, ConsumptionPeriod, pce_id)}
    values = {
        key: {name: getattr(period, name) for name in _VALUES} | {"as_of": as_of} | told
        for key, (period, as_of) in kept.items()
    }
    created = [
        {"pce_id": pce_id, "kind": key[0], "first_day": key[1], "last_day": key[2]}
        | {"learnt_at": now}
        | values.pop(key)
        for key in fresh
    ]
    connection = db.connection()
    if created:
        connection.execute(insert(ConsumptionPeriod), created)
    if values:
        columns: dict[str, Any] = {name: bindparam(name) for name in (*_VALUES, "as_of", "told")}
        connection.execute(
            _KEPT.values(columns), [row | _key(pce_id, key) for key, row in values.items()]
        )


def _date(db: Session, pce_id: int, changed: Sequence[Key], now: datetime) -> None:
    """Note when we learnt of the values that changed."""
    if changed:
        db.connection().execute(_KEPT.values(learnt_at=now), [_key(pce_id, key) for key in changed])
