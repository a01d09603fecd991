"""Keeping versions of many thresholds at once, and what follows from them.

Whoever saves holds the one writer of the database: all of it is a few statements, however many
thresholds there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.audit.actions import note_all
from data.db import blocks
from data.thresholds.actions.scopes import check_crowd, judge_again, settle
from data.thresholds.models import ThresholdFloor, ThresholdPce, ThresholdVersion
from data.thresholds.rules.points import Screen, floors_of, kind_of
from data.thresholds.rules.wire import packed
from data.thresholds.types import Change, Draft


@dataclass(frozen=True, slots=True)
class Versioned:
    """A threshold as it will be from today on."""

    id: int
    number: int
    draft: Draft
    active: bool = True


def keep_scopes(db: Session, scopes: Mapping[int, Sequence[int]], *, new: bool = False) -> None:
    """The PCE that each threshold names, by its id."""
    if not new:
        for block in blocks(list(scopes)):
            db.execute(delete(ThresholdPce).where(ThresholdPce.threshold_id.in_(block)))
    _insert(
        db,
        ThresholdPce,
        ({"threshold_id": id_, "pce_id": pce} for id_, pces in scopes.items() for pce in pces),
    )


def keep_versions(
    db: Session, viewer: Viewer, made: Sequence[Versioned], what: Change, *, now: datetime
) -> None:
    """Each draft is its threshold's next version, and judges from today's gas day on."""
    _keep_floors(db, made, new=what is Change.CREATED)
    _insert(
        db,
        ThresholdVersion,
        (
            {
                "threshold_id": one.id,
                "number": one.number,
                "first_day": viewer.today,
                "at": now,
                "user_id": viewer.user_id,
                "change": what,
                "active": one.active,
                "draft": packed(one.draft),
            }
            for one in made
        ),
    )
    ids = [one.id for one in made]
    settle(db, viewer.today, ids)
    if what in {Change.CREATED, Change.CHANGED, Change.RESTORED}:
        check_crowd(db, viewer.organisation_id, ids)
    judge_again(db, ids, viewer.today)
    actor = (viewer.user_id, viewer.organisation_id)
    note_all(db, now, f"thresholds.{what.value}", "threshold", ids, actor=actor)


def _keep_floors(db: Session, made: Sequence[Versioned], *, new: bool) -> None:
    """The lowest of all versions."""
    known: dict[int, dict[int, int]] = {}
    for block in [] if new else blocks([one.id for one in made]):
        mine = ThresholdFloor.threshold_id.in_(block)
        query = select(ThresholdFloor.threshold_id, ThresholdFloor.slot, ThresholdFloor.floor_wh)
        for id_, slot, floor in db.execute(query.where(mine)):
            known.setdefault(id_, {})[slot] = floor
        db.execute(delete(ThresholdFloor).where(mine))
    _insert(db, ThresholdFloor, _floors(made, known))


def _floors(
    made: Sequence[Versioned], known: Mapping[int, Mapping[int, int]]
) -> Iterator[dict[str, int]]:
    for one in made:
        before = known.get(one.id, {})
        extreme = max if kind_of(one.draft).screen is Screen.DAY_BELOW else min
        for slot, floor in floors_of(one.draft).items():
            lowest = extreme(floor, before.get(slot, floor))
            yield {"threshold_id": one.id, "slot": slot, "floor_wh": lowest}


def _insert(db: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:  # noqa: ANN401 (a model)
    made = list(rows)
    if made:
        db.connection().execute(insert(table.__table__), made)
