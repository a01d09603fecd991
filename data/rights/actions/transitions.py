"""Apply transitions to rights by the table, record the event, and update grants."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.bulk import insert_all
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.identity.audit.actions import note_each
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.detail import HIDDEN
from data.rights.queries.lists import read_chosen_uids
from data.rights.queries.visible import visible
from data.rights.rules.states import advance
from data.rights.types import Changed, ConsentEvidence, Move, RightActor, RightState, RightTrigger


@dataclass(frozen=True, slots=True)
class RightAuthor:
    """The author and date of a transition; no viewer for a job or a holder's link.

    An answer by link carries its evidence.
    """

    actor: RightActor
    now: datetime
    viewer: Viewer | None = None
    evidence: ConsentEvidence | None = None

    @property
    def user_id(self) -> int | None:
        return self.viewer.user_id if self.viewer else None


def locked(db: Session, *where: ColumnElement[bool]) -> list[AccessRight]:
    """Return the rights matching conditions, locked in id order and reloaded."""
    query = select(AccessRight).where(*where).order_by(AccessRight.id)
    return list(db.scalars(query.with_for_update().execution_options(populate_existing=True)))


def chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[AccessRight]:
    """Return the rights of `uids`, locked; raise NotFound when one is not visible."""
    unique_uids = read_chosen_uids(uids)
    if not unique_uids:
        raise Invalid(N_("Choisissez au moins un droit."))
    rights: list[AccessRight] = []
    for start in range(0, len(unique_uids), 500):
        block = visible(viewer).where(AccessRight.uid.in_(unique_uids[start : start + 500]))
        ids = db.scalars(block.with_only_columns(AccessRight.id)).all()
        rights += locked(db, AccessRight.id.in_(ids))
    if len(rights) != len(unique_uids):
        raise NotFound(HIDDEN)
    return rights


def move(
    db: Session,
    rights: Sequence[AccessRight],
    trigger: RightTrigger,
    by: RightAuthor,
    *,
    act: str = "",
) -> list[Changed]:
    """Apply a transition to all `rights`, or raise Conflict when one does not allow it.

    The journal action is the trigger, or `act`.
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


def journal(db: Session, changed: Iterable[Changed], act: str, by: RightAuthor) -> None:
    """Journal the new state of each right."""
    actor = (by.viewer.user_id, by.viewer.organisation_id) if by.viewer else None
    entries = ((right.uid, {"pce": right.number, "state": right.state.value}) for right in changed)
    note_each(db, by.now, f"rights.{act}", "right", entries, actor=actor)


def _event(
    right_id: int, before: RightState, trigger: RightTrigger, step: Move, by: RightAuthor
) -> dict[str, Any]:
    """Return the event, with the evidence of an answer, which later events do not change."""
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
