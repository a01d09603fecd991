"""Store periods: billed, of weekly and monthly sheets, and of injected gas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.metering.consumption.actions.change_marks import mark_periods_changed
from data.metering.consumption.actions.replaced_periods import (
    KEYS,
    SORTS,
    Table,
    list_published,
    next_turn,
    update_replaced_periods,
)
from data.metering.consumption.models import ConsumptionPeriod, InjectionPeriod
from data.metering.consumption.queries.injection import get_injection_statement
from data.metering.consumption.rules.line_outcomes import Word, count_rows
from data.metering.consumption.rules.merge import PeriodRank, period_rank
from data.metering.consumption.types import (
    InjectionStatement,
    PeriodStatement,
    Quality,
    Status,
    StoreOutcome,
)
from data.provenance import Provenance

S = TypeVar("S", PeriodStatement, InjectionStatement)
Key: TypeAlias = tuple[Any, ...]  # its kind (where the table has kinds), first day, last day
_MEASURES = ("energy_wh", "volume_dm3", "index_start_dm3", "index_end_dm3", "coefficient_e4")


@dataclass(frozen=True, slots=True)
class _Spec(Generic[S]):
    """How one of the two tables stores its statements."""

    table: Table
    values: tuple[str, ...]
    statement: Callable[[Row[Any]], S]

    def key(self, period: S) -> Key:
        return tuple(getattr(period, name) for name in KEYS[self.table])


@dataclass(frozen=True, slots=True)
class _Attribution:
    """Dates of the statements of a file and of its receipt, and its source."""

    as_of: date
    now: datetime
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class _Kept(Generic[S]):
    """A stored row: what a run states about a period, as of a date."""

    period: S
    as_of: date
    source: int
    replaced: bool = False

    @property
    def value(self) -> tuple[int | None, int | None]:
        return self.period.energy_wh, self.period.volume_dm3

    @property
    def word(self) -> Word:
        return *self.value, int(self.period.status), self.source


def _billed(row: Row[Any]) -> PeriodStatement:
    measures: dict[str, int | None] = {name: getattr(row, name) for name in _MEASURES}
    return PeriodStatement(
        kind=row.kind,
        first_day=row.first_day,
        last_day=row.last_day,
        **measures,
        quality=Quality(row.quality),
        status=Status(row.status),
    )


_PERIODS = _Spec(ConsumptionPeriod, (*_MEASURES, "quality", "status"), _billed)
_INJECTIONS = _Spec(
    InjectionPeriod,
    ("energy_wh", "volume_dm3", "converted_dm3", "coefficient_e4", "quality", "status"),
    get_injection_statement,
)


def store_periods(
    db: Session,
    pce_id: int,
    periods: Sequence[PeriodStatement],
    *,
    as_of: date,
    now: datetime,
    provenance: Provenance,
) -> StoreOutcome:
    """Store, for each period and this run, the statement that ranks first; counts cover `periods`.

    Other statements of the same days, and published periods cut differently, become replaced.
    """
    counts = _store(db, _PERIODS, pce_id, periods, _Attribution(as_of, now, provenance))
    return counts + StoreOutcome(
        energy_wh=sum(period.energy_wh or 0 for period in periods),
        volume_dm3=sum(period.volume_dm3 or 0 for period in periods),
        periods=len(periods),
    )


def store_injections(
    db: Session,
    pce_id: int,
    periods: Sequence[InjectionStatement],
    *,
    as_of: date,
    now: datetime,
    provenance: Provenance,
) -> StoreOutcome:
    """Store published periods of injected gas, which are kept apart from consumption."""
    counts = _store(db, _INJECTIONS, pce_id, periods, _Attribution(as_of, now, provenance))
    return counts + StoreOutcome(injections=len(periods))


def _store(
    db: Session,
    spec: _Spec[S],
    pce_id: int,
    periods: Sequence[S],
    attribution: _Attribution,
) -> StoreOutcome:
    run_id, source = attribution.provenance.run_id, int(attribution.provenance.source)
    before = _near(db, spec, pce_id, periods)
    best: dict[Key, _Kept[S]] = {}
    for period in periods:
        key, new = spec.key(period), _Kept(period, attribution.as_of, source)
        current_entry = best.get(key) or before.get((key, run_id))
        if current_entry is None or _ranked(spec, new) > _ranked(spec, current_entry):
            best[key] = replace(new, replaced=current_entry is not None and current_entry.replaced)
    replaced_entries = {key: before[key, run_id] for key in best if (key, run_id) in before}
    _write(db, spec, pce_id, attribution, best, replaced_entries)
    moved = update_replaced_periods(db, spec.table, pce_id, [key[-2:] for key in best])
    after = before | {(key, run_id): current_entry for key, current_entry in best.items()}
    for (*name, run), replaced in moved.items():
        at = (tuple(name), run)
        if at in after:
            after[at] = replace(after[at], replaced=replaced)
    _note(db, spec, pce_id, _standing(before), _standing(after))
    return _counts(spec, periods, before, after, source)


def _ranked(spec: _Spec[S], entry: _Kept[S]) -> tuple[PeriodRank, int]:
    """Return the rank of a period of one run; without a run (0), the feed precedes commands."""
    period = entry.period
    values = tuple(getattr(period, name) for name in spec.values)
    return period_rank(values, period.status, entry.as_of), -entry.source


def _near(
    db: Session, spec: _Spec[S], pce_id: int, periods: Sequence[S]
) -> dict[tuple[Key, int], _Kept[S]]:
    """Return the stored statements, by period and run, that overlap the days of `periods`."""
    table: Table = spec.table
    names = (*KEYS[table], *spec.values, "as_of", "source", "run_id", "replaced")
    query = select(*(getattr(table, name) for name in names)).where(
        table.pce_id == pce_id,
        table.first_day <= max(period.last_day for period in periods),
        table.last_day >= min(period.first_day for period in periods),
    )
    entries_by_key: dict[tuple[Key, int], _Kept[S]] = {}
    for row in db.execute(query):
        period = spec.statement(row)
        entry = _Kept(period, row.as_of, row.source, row.replaced)
        entries_by_key[spec.key(period), row.run_id] = entry
    return entries_by_key


def _standing(rows: Mapping[tuple[Key, int], _Kept[S]]) -> dict[Key, _Kept[S]]:
    return {key: entry for (key, _run), entry in rows.items() if not entry.replaced}


def _note(
    db: Session,
    spec: _Spec[S],
    pce_id: int,
    before: Mapping[Key, _Kept[S]],
    after: Mapping[Key, _Kept[S]],
) -> None:
    """Announce the periods whose value changed or that are no longer in force."""
    changed_keys = [
        key
        for key in {**before, **after}
        if key not in before or key not in after or before[key].period != after[key].period
    ]
    mark_periods_changed(db, pce_id, SORTS[spec.table], list_published(spec.table, changed_keys))


def _counts(
    spec: _Spec[S],
    periods: Sequence[S],
    before: Mapping[tuple[Key, int], _Kept[S]],
    after: Mapping[tuple[Key, int], _Kept[S]],
    source: int,
) -> StoreOutcome:
    rows = [(spec.key(period), _Kept(period, date.min, source).word) for period in periods]
    words = {key: entry.word for key, entry in _standing(after).items()}
    standing = _standing(before)
    previous_words = {key: standing[key].word if key in standing else None for key, _run in before}
    beside = {key: _over(key, words) for key, _word in rows if key not in words}
    return count_rows(
        rows, previous_words, words, {key: word for key, word in beside.items() if word}
    )


def _over(key: Key, words: Mapping[Key, Word]) -> Word | None:
    """Return the statement in force that overlaps a period which is itself not in force."""
    *kind, first, last = key
    return next(
        (
            word
            for (*other, low, high), word in words.items()
            if other == kind and low <= last and high >= first
        ),
        None,
    )


def _write(
    db: Session,
    spec: _Spec[S],
    pce_id: int,
    attribution: _Attribution,
    best: Mapping[Key, _Kept[S]],
    known: Mapping[Key, _Kept[S]],
) -> None:
    """Insert or update the best statements.

    `learnt_at` moves only when energy or volume changes.
    """
    if not best:
        return
    run_id, now = attribution.provenance.run_id, attribution.now
    table, connection = spec.table, db.connection()
    turn_values = {"told": next_turn(db, table, pce_id)}
    names = (*spec.values, "as_of", "source", "told")
    values = {
        key: {name: getattr(entry.period, name) for name in spec.values}
        | {"as_of": entry.as_of, "source": entry.source}
        | turn_values
        for key, entry in best.items()
    }
    created = [
        {"pce_id": pce_id, "run_id": run_id, "learnt_at": now}
        | dict(zip(KEYS[table], key, strict=True))
        | row
        for key, row in values.items()
        if key not in known
    ]
    if created:
        connection.execute(insert(table), created)
    at = [getattr(table, name) == bindparam(f"at_{name}") for name in KEYS[table]]
    kept_row = update(table).where(table.pce_id == pce_id, table.run_id == run_id, *at)
    places = {
        key: {f"at_{name}": part for name, part in zip(KEYS[table], key, strict=True)}
        for key in known
    }
    if places:
        columns: dict[str, Any] = {name: bindparam(name) for name in names}
        rows = [place | values[key] for key, place in places.items()]
        connection.execute(kept_row.values(columns), rows)
    changed = [place for key, place in places.items() if best[key].value != known[key].value]
    if changed:
        connection.execute(kept_row.values(learnt_at=now), changed)
