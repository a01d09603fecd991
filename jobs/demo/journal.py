"""Record the progress of a demo load in the audit journal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity.audit.actions import note
from data.migrations import tables
from jobs.demo.plan import DemoPlan

BEGUN, ENDED = "demo.begun", "demo.ended"
_KEPT = ("pces", "years", "seed", "first")


def is_empty(db: Session) -> bool:
    """Return whether the database is empty, so that a demo can be loaded without a confirmation."""
    schema = tables()
    return not any(
        db.scalar(select(func.count()).select_from(schema[name]))
        for name in ("organisations", "pces")
    )


def interrupted(db: Session) -> DemoPlan | None:
    """Return the plan of an interrupted load; None without one."""
    last = _last(db, BEGUN)
    ended = _last(db, ENDED)
    if last is None or (ended is not None and ended[0] > last[0]):
        return None
    detail = dict(last[1])
    return DemoPlan(**(detail | {"today": date.fromisoformat(detail["today"]), "password": ""}))


def is_loaded(db: Session) -> bool:
    """Return whether a load has been completed."""
    return _last(db, ENDED) is not None


def loaded_so_far(db: Session) -> int:
    """Return how many sites of the fleet are used by completed loads."""
    ended = _last(db, ENDED)
    return int(ended[1]["first"]) + int(ended[1]["pces"]) if ended else 0


def _last(db: Session, action: str) -> tuple[int, dict[str, Any]] | None:
    events = tables()["audit_events"]
    row = db.execute(
        select(events.c.id, events.c.detail)
        .where(events.c.action == action)
        .order_by(events.c.id.desc())
        .limit(1)
    ).first()
    return (int(row[0]), dict(row[1])) if row else None


def begin(db: Session, plan: DemoPlan, now: datetime) -> None:
    _write(db, BEGUN, plan, now)


def end(db: Session, plan: DemoPlan, now: datetime) -> None:
    _write(db, ENDED, plan, now)


def _write(db: Session, action: str, plan: DemoPlan, now: datetime) -> None:
    detail = {name: getattr(plan, name) for name in _KEPT} | {"today": plan.today.isoformat()}
    note(db, now, action, ("demo", plan.first), detail=detail)
