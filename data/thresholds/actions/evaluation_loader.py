"""Load what a replay needs, in a few statements for all the candidates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Date, bindparam, column, or_, select, text
from sqlalchemy.orm import Session

from core.access import OrganisationKind
from core.database import Prepared, Rows
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.types import Frequency
from data.thresholds.actions.id_lists import ById
from data.thresholds.actions.scopes import granted
from data.thresholds.models import Episode, Threshold, ThresholdMember, ThresholdVersion
from data.thresholds.queries.versions import SPELL, VERSIONS, load_versions
from data.thresholds.rules.evaluated_days import Day
from data.thresholds.rules.evaluation import Span
from data.thresholds.rules.reconcile import StoredEpisode
from data.thresholds.types import EpisodeState, Exceedance, ThresholdDraft, Version

Pair = tuple[int, int]  # threshold id, PCE id


@dataclass(frozen=True, slots=True)
class WatchedPce:
    """A PCE as the threshold's organisation can read it today; no `window` means not at all."""

    threshold_id: int
    organisation_id: int
    pce_id: int
    number: str
    alias: str
    frequency: Frequency
    window: Span | None
    until: date | None  # the last day with a value, within the window
    spans: Sequence[Span] = ()  # when it was in the scope, oldest first


@dataclass(frozen=True, slots=True)
class Rules:
    """A threshold's versions and its current draft."""

    versions: tuple[Version, ...]
    draft: ThresholdDraft


_WHOLE = or_(
    Pce.holder_id == Threshold.organisation_id, Organisation.kind == OrganisationKind.DISTRIBUTOR
)
_MEMBERS = ById(
    select(
        ThresholdMember.threshold_id,
        Pce.id,
        Threshold.organisation_id,
        Pce.number,
        Pce.alias,
        Pce.frequency,
        Pce.data_until,
        _WHOLE,
        PceGrant.pce_id,
        PceGrant.whole_from,
        PceGrant.last_day,
        ThresholdMember.since,
        ThresholdMember.until,
    )
    .join(Threshold, Threshold.id == ThresholdMember.threshold_id)
    .join(Organisation, Organisation.id == Threshold.organisation_id)
    .join(Pce, Pce.id == ThresholdMember.pce_id)
    .outerjoin(PceGrant, granted(bindparam("today", type_=Date)))
    .order_by(ThresholdMember.pce_id, ThresholdMember.threshold_id, ThresholdMember.since),
    ThresholdMember.pce_id,
)


def watched(db: Session, pairs: Sequence[Pair], today: date) -> dict[Pair, WatchedPce]:
    """Return the readable days and the membership of each pair."""
    pair_set = set(pairs)  # the rows include other thresholds of these PCEs
    rows = _MEMBERS.rows(db, {pce_id for _, pce_id in pairs}, today=today)
    return {
        (pair[0], pair[1]): _watched(list(member_rows))
        for pair, member_rows in groupby(rows, key=itemgetter(0, 1))
        if pair in pair_set
    }


def _watched(rows: Rows) -> WatchedPce:
    """Build the watched PCE from rows of `_MEMBERS` that differ by their span only."""
    key, pce_id, organisation_id, number, alias, frequency, until, *right, _since, _until = rows[0]
    window = _window(*right)
    if window is not None and until is not None:
        until = min(until, window[1]) if until >= window[0] else None
    spans = [(row[-2], row[-1] or date.max) for row in rows]
    return WatchedPce(key, organisation_id, pce_id, number, alias, frequency, window, until, spans)


def _window(
    is_unlimited: bool,  # noqa: FBT001
    grant: int | None,
    first: date | None,
    last: date | None,
) -> Span | None:
    if is_unlimited:
        return date.min, date.max
    if grant is None:
        return None
    # when not contiguous, the last run: see ADR 0016
    window = (first or date.min, last or date.max)
    return window if window[0] <= window[1] else None


_RULES = ById(VERSIONS, ThresholdVersion.threshold_id)


def rules_of(db: Session, threshold_ids: Sequence[int]) -> dict[int, Rules]:
    versions_by_id = load_versions(_RULES.rows(db, threshold_ids))
    return {
        key: Rules(tuple(versions), versions[-1].draft) for key, versions in versions_by_id.items()
    }


_KEPT = ById(
    select(Episode.threshold_id, Episode.pce_id, Episode.id, Episode.state, Episode.turn, *SPELL)
    .where(Episode.state != EpisodeState.WITHDRAWN)
    .order_by(Episode.pce_id, Episode.first_day),
    Episode.pce_id,
)


def kept_of(db: Session, pairs: Sequence[Pair]) -> dict[Pair, list[StoredEpisode]]:
    """Return the episodes of each pair that are not withdrawn, oldest first."""
    pair_set = set(pairs)
    episodes_by_pair: dict[Pair, list[StoredEpisode]] = {}
    for key, pce_id, id_, state, turn, *exceedance in _KEPT.rows(
        db, {pce_id for _, pce_id in pairs}
    ):
        if (key, pce_id) in pair_set:
            episodes_by_pair.setdefault((key, pce_id), []).append(
                StoredEpisode(id_, state, Exceedance(*exceedance), turn)
            )
    return episodes_by_pair


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
    """Return the published days of each PCE from its given day on, sorted."""
    spans_json = json.dumps([[pce_id, day.isoformat()] for pce_id, day in since.items()])
    readings: dict[int, list[Day]] = {pce_id: [] for pce_id in since}
    days = _Days()
    reader = _READINGS[db.connection().dialect.name]
    for pce_id, day, energy, quality, status in reader.raw(db, {"asked": spans_json}):
        readings[pce_id].append((days[day], energy, quality, status))
    return readings


class _Days(dict[Any, date]):
    """A cache of parsed days: SQLite returns the same few dates as text again and again."""

    def __missing__(self, day: str | date) -> date:
        self[day] = gas_day = date.fromisoformat(day) if isinstance(day, str) else day
        return gas_day
