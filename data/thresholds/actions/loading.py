"""Everything that replaying candidates needs, in a few statements for all of them."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from typing import cast as typed

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    String,
    any_,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from data.access import OrganisationKind
from data.accounts.models import Organisation
from data.db import Prepared
from data.pces.models import Pce, PceGrant
from data.pces.types import Frequency
from data.thresholds.actions.scopes import granted
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.queries.kept import VERSIONS, spell_of, versions_of
from data.thresholds.rules.points import Day
from data.thresholds.rules.reconcile import Kept
from data.thresholds.rules.replay import Span
from data.thresholds.types import Draft, EpisodeState, Version

Pair = tuple[int, int]  # threshold, PCE


@dataclass(frozen=True, slots=True)
class Watched:
    """A PCE as a threshold's organisation may read it today; `window` None is not at all."""

    threshold_id: int
    organisation_id: int
    pce_id: int
    number: str
    alias: str
    frequency: Frequency
    window: Span | None
    until: date | None  # the last day with a value, within the window


@dataclass(frozen=True, slots=True)
class Rules:
    """A threshold's versions, and the latest of them."""

    versions: tuple[Version, ...]
    draft: Draft


def among(db: Session, column: Any, ids: Collection[int]) -> ColumnElement[bool]:  # noqa: ANN401
    """*column* is one of *ids*, in one parameter: a list of each costs more than the query."""
    wanted = sorted(set(ids))
    if db.connection().dialect.name == "sqlite":
        each = func.json_each(json.dumps(wanted)).table_valued("value")
        return typed("ColumnElement[bool]", column.in_(select(each.c.value)))
    array = cast(literal(array_text(wanted), String), ARRAY(Integer))
    return typed("ColumnElement[bool]", column == any_(array))


def array_text(ids: Iterable[int]) -> str:
    """A PostgreSQL array as text: its driver takes longer to write numbers one by one."""
    return "{" + ",".join(map(str, ids)) + "}"


def watched(db: Session, pairs: Sequence[Pair], today: date) -> dict[Pair, Watched]:
    """What may be read of each pair today."""
    wanted = set(pairs)
    query = _readable(today).where(_of(db, ThresholdMember, pairs))
    return {
        (row.threshold_id, row.pce_id): _watched(row)
        for row in db.execute(query).all()
        if (row.threshold_id, row.pce_id) in wanted
    }


def _of(db: Session, table: Any, pairs: Sequence[Pair]) -> ColumnElement[bool]:  # noqa: ANN401
    """The rows of *table* of these PCE; those of another threshold are left out afterwards."""
    return among(db, table.pce_id, {pce_id for _, pce_id in pairs})


def _readable(today: date) -> Any:  # noqa: ANN401 (a Select of eleven columns)
    whole = or_(
        Pce.holder_id == Threshold.organisation_id,
        Organisation.kind == OrganisationKind.DISTRIBUTOR,
    )
    return (
        select(
            ThresholdMember.threshold_id,
            Threshold.organisation_id,
            Pce.id.label("pce_id"),
            Pce.number,
            Pce.alias,
            Pce.frequency,
            Pce.data_until,
            whole.label("whole"),
            PceGrant.pce_id.label("granted"),
            PceGrant.whole_from,
            PceGrant.last_day,
        )
        .join(Threshold, Threshold.id == ThresholdMember.threshold_id)
        .join(Organisation, Organisation.id == Threshold.organisation_id)
        .join(Pce, Pce.id == ThresholdMember.pce_id)
        .outerjoin(PceGrant, granted(today))
        .distinct()
    )


def _watched(row: Any) -> Watched:  # noqa: ANN401 (a row of `_readable`)
    window: Span | None = None
    if row.whole:
        window = (date.min, date.max)
    elif row.granted is not None:  # of days apart, the last run alone: see ADR 0016
        first, last = row.whole_from or date.min, row.last_day or date.max
        window = (first, last) if first <= last else None
    until = row.data_until
    if window is not None and until is not None:
        until = min(until, window[1]) if until >= window[0] else None
    return Watched(
        row.threshold_id,
        row.organisation_id,
        row.pce_id,
        row.number,
        row.alias,
        row.frequency,
        window,
        until,
    )


def rules_of(db: Session, threshold_ids: Sequence[int]) -> dict[int, Rules]:
    query = VERSIONS.where(among(db, ThresholdVersion.threshold_id, threshold_ids))
    found = versions_of(db.execute(query).all())
    return {key: Rules(tuple(versions), versions[-1].draft) for key, versions in found.items()}


def spans_of(db: Session, pairs: Sequence[Pair]) -> dict[Pair, list[Span]]:
    """The days of each membership, oldest first."""
    wanted, member = set(pairs), ThresholdMember
    found: dict[Pair, list[Span]] = {}
    query = (
        select(member.threshold_id, member.pce_id, member.since, member.until)
        .where(_of(db, member, pairs))
        .order_by(member.pce_id, member.threshold_id, member.since)
    )
    for threshold_id, pce_id, since, until in db.execute(query).all():
        if (threshold_id, pce_id) in wanted:
            spans = found.setdefault((threshold_id, pce_id), [])
            spans.append((since, until or date.max))
    return found


def kept_of(db: Session, pairs: Sequence[Pair]) -> dict[Pair, list[Kept]]:
    """The episodes of each pair that were not withdrawn, oldest first."""
    wanted = set(pairs)
    found: dict[Pair, list[Kept]] = {}
    query = (
        select(Episode.__table__)
        .where(_of(db, Episode, pairs), Episode.state != EpisodeState.WITHDRAWN)
        .order_by(Episode.pce_id, Episode.first_day)
    )
    for row in db.execute(query).all():
        if (row.threshold_id, row.pce_id) in wanted:
            kept = Kept(row.id, row.state, spell_of(row), row.turn)
            found.setdefault((row.threshold_id, row.pce_id), []).append(kept)
    return found


_COLUMNS = "r.pce_id, r.gas_day, r.energy_wh, r.quality, r.status"
_PAIRS = {
    "sqlite": """json_each(:asked) a JOIN readings r
        ON r.pce_id = json_extract(a.value, '$[0]')
        AND r.gas_day >= json_extract(a.value, '$[1]')""",
    "postgresql": """jsonb_array_elements(CAST(:asked AS jsonb)) a JOIN readings r
        ON r.pce_id = (a.value->>0)::int AND r.gas_day >= (a.value->>1)::date""",
}


def _readings(pairs: str) -> Prepared:
    sql = f"SELECT {_COLUMNS} FROM {pairs} WHERE r.energy_wh IS NOT NULL ORDER BY 1, 2"  # noqa: S608
    return Prepared(text(sql).columns(*(column(name) for name in "pdeqs")))


_READINGS = {name: _readings(pairs) for name, pairs in _PAIRS.items()}


def readings_of(db: Session, since: Mapping[int, date]) -> dict[int, list[Day]]:
    """The published days of each PCE from its day on, in order."""
    asked = json.dumps([[pce_id, day.isoformat()] for pce_id, day in since.items()])
    found: dict[int, list[Day]] = {pce_id: [] for pce_id in since}
    days = _Days()
    reader = _READINGS[db.connection().dialect.name]
    for pce_id, day, energy, quality, status in reader.raw(db, {"asked": asked}):
        found[pce_id].append((days[day], energy, quality, status))
    return found


class _Days(dict[Any, date]):
    """SQLite gives days as text: the same few, over and over, are read once each."""

    def __missing__(self, day: str | date) -> date:
        self[day] = found = date.fromisoformat(day) if isinstance(day, str) else day
        return found
