"""Storing published periods of injected gas: apart from consumption, by the same precedence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.consumption.actions.cuts import news_of, next_turn, settle
from data.consumption.actions.marks import note_periods
from data.consumption.models import InjectionPeriod
from data.consumption.queries.injected import statement_of
from data.consumption.rules.merge import injection_rank
from data.consumption.types import InjectionStatement, News, Outcome

Key: TypeAlias = tuple[date, date]
Known: TypeAlias = tuple[InjectionStatement, date]  # what is kept, and as of when

_row = InjectionPeriod
_VALUES = (
    *("energy_wh", "volume_dm3", "converted_dm3", "coefficient_e4"),
    *("quality", "status"),
)
_KEPT = update(_row).where(
    _row.pce_id == bindparam("at_pce"),
    _row.first_day == bindparam("at_first"),
    _row.last_day == bindparam("at_last"),
)


def store_injections(
    db: Session,
    pce_id: int,
    periods: Sequence[InjectionStatement],
    *,
    as_of: date,
    now: datetime,
) -> Outcome:
    """Keep, for each period, the statement that ranks first; counts are over *periods*.

    Those that these cut otherwise are replaced. `learnt_at` is when the energy and the volume that
    stand were first heard.
    """
    known, aside = _known(db, pce_id, periods)
    best = dict(known)
    for period in periods:
        key = (period.first_day, period.last_day)
        kept = best.get(key)
        if kept is None or injection_rank(period, as_of) > injection_rank(*kept):
            best[key] = (period, as_of)
    fresh = [key for key in best if key not in known]
    better = [key for key in known if best[key] != known[key]]
    changed = [key for key in better if _value(best[key]) != _value(known[key])]
    if fresh or better:
        _write(db, pce_id, {key: best[key] for key in fresh + better}, fresh, now)
    if changed:
        dated = [_at(pce_id, key) for key in changed]
        db.connection().execute(_KEPT.values(learnt_at=now), dated)
    moved = settle(db, _row, pce_id, fresh + better)
    other = fresh + [key for key in better if best[key][0] != known[key][0]]
    note_periods(db, pce_id, News.INJECTED, news_of(other, aside, fresh, moved))
    count = len(periods)
    return Outcome(
        injections=count,
        new=len(fresh),
        changed=len(changed),
        same=count - len(fresh) - len(changed),
    )


def _known(
    db: Session, pce_id: int, periods: Sequence[InjectionStatement]
) -> tuple[dict[Key, Known], list[Key]]:
    """What is kept of the very days of *periods*, and which of these are replaced."""
    said = {(period.first_day, period.last_day) for period in periods}
    first, last = min(said)[0], max(said)[0]
    query = select(
        _row.first_day,
        _row.last_day,
        *(getattr(_row, name) for name in _VALUES),
        _row.as_of,
        _row.replaced,
    ).where(_row.pce_id == pce_id, _row.first_day.between(first, last))
    found = [row for row in db.execute(query) if row[:2] in said]
    known: dict[Key, Known] = {row[:2]: (statement_of(row), row.as_of) for row in found}
    return known, [row[:2] for row in found if row.replaced]


def _value(known: Known) -> tuple[int | None, int | None]:
    return known[0].energy_wh, known[0].volume_dm3


def _said(known: Known) -> dict[str, Any]:
    period, as_of = known
    return {name: getattr(period, name) for name in _VALUES} | {"as_of": as_of}


def _at(pce_id: int, key: Key) -> dict[str, Any]:
    return {"at_pce": pce_id, "at_first": key[0], "at_last": key[1]}


def _write(
    db: Session, pce_id: int, kept: Mapping[Key, Known], fresh: Sequence[Key], now: datetime
) -> None:
    connection, told = db.connection(), {"told": next_turn(db, _row, pce_id)}
    values = {key: _said(known) | told for key, known in kept.items()}
    created = [
        {"pce_id": pce_id, "first_day": key[0], "last_day": key[1], "learnt_at": now}
        | values.pop(key)
        for key in fresh
    ]
    if created:
        connection.execute(insert(_row), created)
    if values:
        columns: dict[str, Any] = {name: bindparam(name) for name in (*_VALUES, "as_of", "told")}
        connection.execute(
            _KEPT.values(columns), [_at(pce_id, key) | row for key, row in values.items()]
        )
