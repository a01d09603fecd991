"""Store versions of many thresholds at once, and their consequences.

A transaction that writes holds the only writer of the database, so this takes a few statements,
whatever the number of thresholds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.identity.audit.actions import note_all
from data.thresholds.actions.scopes import check_crowd, reevaluate, settle
from data.thresholds.models import ThresholdFloor, ThresholdPce, ThresholdVersion
from data.thresholds.rules.evaluators import Prefilter, evaluator_of, floors_of
from data.thresholds.rules.serializer import packed
from data.thresholds.types import ThresholdChange, ThresholdDraft


@dataclass(frozen=True, slots=True)
class Versioned:
    """A threshold's version from today on."""

    id: int
    number: int
    draft: ThresholdDraft
    active: bool = True


def keep_scopes(db: Session, scopes: Mapping[int, Sequence[int]], *, new: bool = False) -> None:
    """Store the PCEs that each threshold names, by id."""
    if not new:
        for block in blocks(list(scopes)):
            db.execute(delete(ThresholdPce).where(ThresholdPce.threshold_id.in_(block)))
    _insert(
        db,
        ThresholdPce,
        ({"threshold_id": id_, "pce_id": pce} for id_, pces in scopes.items() for pce in pces),
    )


def keep_versions(
    db: Session,
    viewer: Viewer,
    versions: Sequence[Versioned],
    what: ThresholdChange,
    *,
    now: datetime,
) -> None:
    """Store each draft as the next version, evaluated from today's gas day on."""
    _keep_floors(db, versions, new=what is ThresholdChange.CREATED)
    _insert(
        db,
        ThresholdVersion,
        (
            {
                "threshold_id": version.id,
                "number": version.number,
                "first_day": viewer.today,
                "at": now,
                "user_id": viewer.user_id,
                "change": what,
                "active": version.active,
                "draft": packed(version.draft),
            }
            for version in versions
        ),
    )
    ids = [version.id for version in versions]
    settle(db, viewer.today, ids)
    if what in {ThresholdChange.CREATED, ThresholdChange.CHANGED, ThresholdChange.RESTORED}:
        check_crowd(db, viewer.organisation_id, ids)
    reevaluate(db, ids, viewer.today)
    note_all(db, now, f"thresholds.{what.value}", "threshold", ids, actor=viewer.actor)


def _keep_floors(db: Session, versions: Sequence[Versioned], *, new: bool) -> None:
    """Store the lowest floors over all versions."""
    floors: dict[int, dict[int, int]] = {}
    for block in [] if new else blocks([version.id for version in versions]):
        mine = ThresholdFloor.threshold_id.in_(block)
        query = select(ThresholdFloor.threshold_id, ThresholdFloor.slot, ThresholdFloor.floor_wh)
        for id_, slot, floor in db.execute(query.where(mine)):
            floors.setdefault(id_, {})[slot] = floor
        db.execute(delete(ThresholdFloor).where(mine))
    _insert(db, ThresholdFloor, _floors(versions, floors))


def _floors(
    versions: Sequence[Versioned], floors: Mapping[int, Mapping[int, int]]
) -> Iterator[dict[str, int]]:
    for version in versions:
        before = floors.get(version.id, {})
        extreme = max if evaluator_of(version.draft).prefilter is Prefilter.DAY_BELOW else min
        for slot, floor in floors_of(version.draft).items():
            lowest = extreme(floor, before.get(slot, floor))
            yield {"threshold_id": version.id, "slot": slot, "floor_wh": lowest}


def _insert(db: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:  # noqa: ANN401 (a model)
    new_rows = list(rows)
    if new_rows:
        db.connection().execute(insert(table.__table__), new_rows)
