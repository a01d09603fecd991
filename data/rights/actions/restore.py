"""Restore rights to their state before an operation that is undone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from core.access import Viewer
from core.bulk import insert_all
from core.i18n import PARIS
from data.rights.actions import letters
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_moves import follow_holders
from data.rights.actions.transitions import RightAuthor, journal, locked
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN
from data.rights.types import (
    BulkAct,
    Changed,
    EndSource,
    LetterKind,
    RightActor,
    RightState,
    RightTrigger,
)

_AFTER = {BulkAct.CANCEL: RightState.OBSOLETE, BulkAct.REVOKE: RightState.REVOKED}


def restore(
    db: Session, viewer: Viewer, act: BulkAct, states: Mapping[int, RightState], *, now: datetime
) -> frozenset[int]:
    """Restore the rights of `states`, by id, and return the ids of those restored.

    Rights are skipped when they changed or ended since, were declared again, are decided by another
    distributor, or have a proof under control.
    """
    today = now.astimezone(PARIS).date()
    rights = [
        right
        for right in locked(db, AccessRight.id.in_(states), ~_declared_anew())
        if right.state is _AFTER[act]
        and right.source is EndSource.THIRD_PARTY
        and right.proof_state is None
        and not right.relayed
        and right.ends_key >= today
    ]
    events = []
    for right in rights:
        before, right.state = right.state, states[right.id]
        right.closed_at = right.source = None
        events.append(_event(right, before, viewer, now))
    if not rights:
        return frozenset()
    db.flush()
    insert_all(db, RightEventRow, events)
    changed = [Changed(right.uid, right.number, right.state) for right in rights]
    journal(
        db, changed, RightTrigger.RESTORED.value, RightAuthor(RightActor.THIRD_PARTY, now, viewer)
    )
    ids = frozenset(right.id for right in rights)
    keep_grants(db, {(right.pce_id, right.organisation_id) for right in rights})
    # Withdraw letters about an undone end; send requests that the operation prevented
    letters.withdraw(db, [right.id for right in rights], LetterKind.ENDED)
    waits = {right.id: right.email for right in rights if right.state is RightState.PENDING}
    asks = [(id_, waits[id_]) for id_ in sorted(letters.list_unrequested(db, waits))]
    letters.write(db, viewer.organisation_id, LetterKind.CONSENT, asks, now)
    follow_holders(db, now, {right.pce_id for right in rights})
    return ids


def _declared_anew() -> ColumnElement[bool]:
    """Return whether the organisation has another open right of the same role on the PCE."""
    other = aliased(AccessRight)
    return (
        select(other.id)
        .where(
            other.pce_id == AccessRight.pce_id,
            other.organisation_id == AccessRight.organisation_id,
            other.role == AccessRight.role,
            other.id != AccessRight.id,
            other.state.in_(OPEN),
        )
        .exists()
    )


def _event(
    right: AccessRight, before: RightState, viewer: Viewer, now: datetime
) -> dict[str, object]:
    return {
        "right_id": right.id,
        "at": now,
        "trigger": RightTrigger.RESTORED,
        "actor": RightActor.THIRD_PARTY,
        "user_id": viewer.user_id,
        "source": None,
        "before": before,
        "after": right.state,
        "address": None,
        "text_version": None,
    }
