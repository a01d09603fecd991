"""Writing what the reconciliation found: episodes, and the notices of their transitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from data.db import blocks
from data.errors import Conflict
from data.notifications.actions import post
from data.pces.rules import known_by
from data.thresholds.actions.figures import figures_around
from data.thresholds.actions.loading import Watched
from data.thresholds.actions.telling import Telling, event_of, is_drawn
from data.thresholds.models import Episode
from data.thresholds.rules.reconcile import Step, Told
from data.thresholds.types import Draft, EpisodeState, Spell
from i18n import N_, PARIS

_BLOCK = 200


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
    events = [(event_of(one), one.draft.recipients) for one in _drawn(db, tellings)]
    return len(cases), post(db, events, now) if events else 0


def _drawn(db: Session, tellings: Sequence[Telling]) -> list[Telling]:
    """*tellings*, those whose message shows the days around them with these days."""
    wanted = [one for one in tellings if is_drawn(one)]
    around = figures_around(db, [(one.site, one.step.spell) for one in wanted])
    found = {id(one): more for one, more in zip(wanted, around, strict=True)}
    return [replace(one, around=found[id(one)]) if id(one) in found else one for one in tellings]


def learnt_on(case: Case, today: date) -> date | None:
    """The day it was learnt, when that is later than usual; None when it is as soon as can be."""
    spell = case.step.spell
    day = spell.exceeded_on or spell.warned_on or spell.first
    return today if day < known_by(today, case.site.frequency) else None


def _values(spell: Spell) -> dict[str, Any]:
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
        "ended_on": spell.ended_on,
        "ending": spell.ending,
        "provisional": spell.provisional,
    }


_TABLE = Episode.__table__
_NEW = (_TABLE.c.id, _TABLE.c.pce_id, _TABLE.c.threshold_id, _TABLE.c.first_day)  # one that stands
_UPDATE = update(_TABLE).where(  # type: ignore[arg-type]
    _TABLE.c.id == bindparam("of"), _TABLE.c.state == bindparam("old")
)


def _rewrite(db: Session, cases: Sequence[Case], now: datetime) -> None:
    """`UPDATE … WHERE state = old`, counted; withdrawn ones first, which frees their first day."""
    rows: list[dict[str, Any]] = []
    for case in sorted(cases, key=_rank):
        step, kept = case.step, case.step.kept
        if kept is None:
            continue
        values = _values(step.spell) | {"state": step.state, "turn": step.turn, "changed_at": now}
        if Told.EXCEEDED in step.told:  # to put off or have seen a warning says nothing of that
            values |= dict.fromkeys(("snoozed_until", "acknowledged_at", "acknowledged_by"))
        rows.append({"of": kept.id, "old": kept.state, **values})
    for row in _grouped(rows):
        changed = db.connection().execute(_UPDATE, row)
        if changed.rowcount != len(row):
            raise Conflict(N_("Une autre évaluation a changé cet épisode."))


def _rank(case: Case) -> tuple[bool, bool]:
    """Withdrawn ones first, then those that set the same columns together."""
    step = case.step
    return step.state is not EpisodeState.WITHDRAWN, Told.EXCEEDED in step.told


def _grouped(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Runs of rows that set the same columns: they go as one statement."""
    groups: list[list[dict[str, Any]]] = []
    for row in rows:
        if not groups or groups[-1][0].keys() != row.keys() or len(groups[-1]) >= _BLOCK:
            groups.append([])
        groups[-1].append(row)
    return groups


def _insert(db: Session, cases: Sequence[Case], now: datetime) -> dict[int, int]:
    """The ids of the new episodes, by the identity of their case."""
    found: dict[int, int] = {}
    statement = insert(_TABLE).returning(*_NEW)  # type: ignore[arg-type]
    for block in blocks(cases, _BLOCK):
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
                "learnt_on": learnt_on(case, now.astimezone(PARIS).date()),
            }
            for case in block
        ]
        written = db.connection().execute(statement, rows).all()
        ids = {(pce_id, threshold_id, first): key for key, pce_id, threshold_id, first in written}
        for case in block:
            site = case.site
            found[id(case)] = ids[site.pce_id, site.threshold_id, case.step.spell.first]
    return found
