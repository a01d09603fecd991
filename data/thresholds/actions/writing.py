"""Writing what the reconciliation found: episodes, and the notices of their transitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from data.bulk import Row, insert_all, update_all
from data.errors import Conflict
from data.notifications.actions import post
from data.pces.rules import known_by
from data.thresholds.actions.figures import figures_around
from data.thresholds.actions.loading import Watched
from data.thresholds.actions.sources import sources_around
from data.thresholds.actions.telling import Telling, event_of, is_drawn
from data.thresholds.models import Episode
from data.thresholds.rules.reconcile import Kept, Step, Told
from data.thresholds.types import Draft, EpisodeState, Spell, ThresholdKind
from i18n import N_, PARIS


@dataclass(frozen=True, slots=True)
class Case:
    """A step, on which site, and under what the threshold says now."""

    site: Watched
    draft: Draft
    step: Step


def write(db: Session, cases: Sequence[Case], now: datetime) -> tuple[int, int]:
    """Write *cases* and post what they tell; how many episodes, how many notices.

    Raises Conflict when another evaluation changed an episode meanwhile: all is then undone.
    """
    _rewrite(db, [case for case in cases if case.step.kept is not None], now)
    ids = _insert(db, [case for case in cases if case.step.kept is None], now)
    tellings: list[Telling] = []
    today = now.astimezone(PARIS).date()
    for case in cases:
        kept = case.step.kept
        episode_id = ids[id(case)] if kept is None else kept.id
        learnt = learnt_on(case, today)
        tellings += [
            Telling(episode_id, case.site, case.draft, case.step, told, learnt, today)
            for told in case.step.told
        ]
    events = [(event_of(one), one.draft.recipients) for one in _drawn(db, tellings, now)]
    return len(cases), post(db, events, now) if events else 0


def _drawn(db: Session, tellings: Sequence[Telling], now: datetime) -> list[Telling]:
    """*tellings* with whose word their days are, and with these days where they are shown."""
    valued = [one for one in tellings if one.draft.kind is not ThresholdKind.MISSING]
    sources = sources_around(db, [(one.site, one.step.spell) for one in valued], now)
    found = {id(one): more for one, more in zip(valued, sources, strict=True)}
    wanted = [one for one in tellings if is_drawn(one)]
    around = figures_around(db, [(one.site, one.step.spell) for one in wanted])
    for one, more in zip(wanted, around, strict=True):
        found[id(one)] = {**found.get(id(one), {}), **more}
    return [replace(one, around=found.get(id(one), {})) for one in tellings]


def learnt_on(case: Case, today: date) -> date | None:
    """The day it was learnt, when that is later than usual; None when it is as soon as can be."""
    spell = case.step.spell
    day = spell.exceeded_on or spell.warned_on or spell.first
    return today if day < known_by(today, case.site.frequency) else None


def _values(spell: Spell) -> Row:
    return {
        "period": spell.period,
        "first_day": spell.first,
        "warned_on": spell.warned_on,
        "exceeded_on": spell.exceeded_on,
        "value_wh": spell.value_wh,
        "limit_wh": spell.limit_wh,
        "peak_wh": spell.peak_wh,
        "peak_on": spell.peak_on,
        "excess_wh": spell.excess_wh,
        "last_day": spell.last,
        "last_wh": spell.last_wh,
        "last_limit_wh": spell.last_limit_wh,
        "expected_wh": spell.expected_wh,
        "ended_on": spell.ended_on,
        "ending": spell.ending,
        "provisional": spell.provisional,
    }


def _rewrite(db: Session, cases: Sequence[Case], now: datetime) -> None:
    """`UPDATE … WHERE state = old`, counted; withdrawn ones first, which frees their first day."""
    for _same, some in groupby(sorted(cases, key=_rank), key=_rank):
        rows = [_rewritten(case.step, case.step.kept, now) for case in some if case.step.kept]
        if update_all(db, Episode, rows) != len(rows):
            raise Conflict(N_("Une autre évaluation a changé cet épisode."))


def _rank(case: Case) -> tuple[bool, bool]:
    """Withdrawn ones first, then those that set the same columns together."""
    step = case.step
    return step.state is not EpisodeState.WITHDRAWN, Told.EXCEEDED in step.told


def _rewritten(step: Step, kept: Kept, now: datetime) -> tuple[Row, Row]:
    """Which row, and what it becomes."""
    values = _values(step.spell) | {"state": step.state, "turn": step.turn, "changed_at": now}
    if Told.EXCEEDED in step.told:  # to put off or have seen a warning says nothing of that
        values |= dict.fromkeys(("snoozed_until", "acknowledged_at", "acknowledged_by"))
    return {"id": kept.id, "state": kept.state}, values


def _insert(db: Session, cases: Sequence[Case], now: datetime) -> dict[int, int]:
    """The ids of the new episodes, by the identity of their case."""
    today = now.astimezone(PARIS).date()
    rows = [
        _values(case.step.spell)
        | {
            "pce_id": case.site.pce_id,
            "threshold_id": case.site.threshold_id,
            "state": case.step.state,
            "turn": 0,
            "comment": "",
            "found_at": now,
            "changed_at": now,
            "learnt_on": learnt_on(case, today),
        }
        for case in cases
    ]
    written = insert_all(db, Episode, rows, ("id", "pce_id", "threshold_id", "first_day"))
    ids = {(pce, threshold, str(first)): key for key, pce, threshold, first in written}
    return {id(case): ids[_start(case)] for case in cases}


def _start(case: Case) -> tuple[int, int, str]:
    """What no two episodes that stand have in common."""
    return case.site.pce_id, case.site.threshold_id, str(case.step.spell.first)
