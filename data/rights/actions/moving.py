"""Moving rights from one state to another: the table decides, the event is kept, grants follow."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.audit.actions import note_each
from data.bulk import insert_all
from data.errors import Conflict, Invalid, NotFound
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.lists import few_enough
from data.rights.queries.one import HIDDEN
from data.rights.queries.visible import visible
from data.rights.rules.states import advance
from data.rights.types import Actor, Changed, Evidence, Move, RightState, Trigger
from i18n import N_


@dataclass(frozen=True, slots=True)
class By:
    """Who moves rights, and when; no viewer for the clock and for a holder's link.

    A link comes with the evidence of what it answers.
    """

    actor: Actor
    now: datetime
    viewer: Viewer | None = None
    evidence: Evidence | None = None

    @property
    def user_id(self) -> int | None:
        return self.viewer.user_id if self.viewer else None


def locked(db: Session, *where: ColumnElement[bool]) -> list[AccessRight]:
    """The rights of a condition, locked in order: who comes second sees what the first did."""
    query = select(AccessRight).where(*where).order_by(AccessRight.id)
    return list(db.scalars(query.with_for_update().execution_options(populate_existing=True)))


def chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[AccessRight]:
    """The rights of *uids*, locked; NotFound when one is absent or hidden."""
    wanted = few_enough(uids)
    if not wanted:
        raise Invalid(N_("Choisissez au moins un droit."))
    found: list[AccessRight] = []
    for start in range(0, len(wanted), 500):
        block = visible(viewer).where(AccessRight.uid.in_(wanted[start : start + 500]))
        ids = db.scalars(block.with_only_columns(AccessRight.id)).all()
        found += locked(db, AccessRight.id.in_(ids))
    if len(found) != len(wanted):
        raise NotFound(HIDDEN)
    return found


def move(
    db: Session, rights: Sequence[AccessRight], trigger: Trigger, by: By, *, act: str = ""
) -> list[Changed]:
    """Move every one of *rights*, or none: Conflict when one of them does not allow it.

    The journal has the trigger as its word, or *act*.
    """
    events = []
    for right in rights:
        before = right.state
        step = advance(before, trigger, by.actor)
        if step is None:
            raise Conflict(
                N_("Le droit sur le PCE {pce} n’est plus dans un état qui le permet."),
                pce=right.number,
            )
        right.state = step.to
        if step.to.final:
            right.closed_at, right.source = by.now, step.source
        events.append(_event(right.id, before, trigger, step, by))
    changed = [Changed(right.uid, right.number, right.state) for right in rights]
    if events:
        db.flush()
        insert_all(db, RightEventRow, events)
        journal(db, changed, act or trigger.value, by)
        keep_grants(db, {(right.pce_id, right.organisation_id) for right in rights})
    return changed


def journal(db: Session, changed: Iterable[Changed], act: str, by: By) -> None:
    """Note what became of each right."""
    actor = (by.viewer.user_id, by.viewer.organisation_id) if by.viewer else None
    told = ((one.uid, {"pce": one.number, "state": one.state.value}) for one in changed)
    note_each(db, by.now, f"rights.{act}", "right", told, actor=actor)


def _event(
    right_id: int, before: RightState, trigger: Trigger, step: Move, by: By
) -> dict[str, Any]:
    """What happened, with the evidence of an answer: a later one leaves it as it is."""
    evidence = by.evidence
    return {
        "right_id": right_id,
        "at": by.now,
        "trigger": trigger,
        "actor": by.actor,
        "user_id": by.user_id,
        "source": step.source,
        "before": before,
        "after": step.to,
        "address": evidence.address[:64] if evidence else None,
        "text_version": evidence.text_version[:40] if evidence else None,
    }
