"""Cancel the queued messages when nothing is sent upstream any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, union, update
from sqlalchemy.orm import Session

from core.database import blocks, change_rows
from data.exchange.mirror.models import MirrorConnection, MirrorRight, MirrorSending
from data.exchange.mirror.queries.outgoing import is_undeclared
from data.exchange.mirror.queries.queued import UNLEFT, get_queued_declarations_query
from data.exchange.mirror.types import MOVING, SendingState, SendingVerb
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note_each
from data.rights.actions.transitions import RightAuthor, locked, move
from data.rights.models import AccessRight
from data.rights.types import RightActor, RightTrigger

_IN_DOUBT = and_(MirrorSending.left_at.is_not(None), MirrorSending.state.in_(MOVING))


def cancel_stranded(db: Session, now: datetime) -> int:
    """Cancel what returned to the queue after its organisation stopped sending.

    Return how many declarations were cancelled. What may have left is marked as unsure.
    """
    return sum(_cancel_of(db, organisation_id, now) for organisation_id in list_stranded(db))


def list_stranded(db: Session) -> Sequence[int]:
    """Return the non-sending organisations with messages in the queue.

    Unsure messages that a list shows to have arrived are settled too.
    """
    few = MirrorSending.state.in_((*MOVING, SendingState.UNSURE))  # few of all messages ever sent
    sending_conditions = few, or_(UNLEFT, _IN_DOUBT, _is_there())
    queued = select(MirrorSending.organisation_id).where(*sending_conditions)
    # Declarations to send have no answer date: few other waiting rights lack one.
    right_conditions = is_undeclared(), AccessRight.answer_due.is_(None)
    declared = select(AccessRight.organisation_id).where(
        *right_conditions, ~get_queued_declarations_query().exists()
    )
    organisations = union(queued, declared).subquery()
    silent = select(Organisation.id).where(Organisation.id.in_(select(organisations)))
    return db.scalars(silent.where(~Organisation.sends_upstream).order_by(Organisation.id)).all()


def _cancel_of(db: Session, organisation_id: int, now: datetime) -> int:
    """Cancel an organisation's queue, unless sending was resumed; the lock orders the two."""
    if hold_home(db, organisation_id):
        return 0
    connected = db.get(MirrorConnection, organisation_id) is not None
    why = RightTrigger.SENDING_STOPPED if connected else RightTrigger.CONNECTION_FORGOTTEN
    return cancel_unsent(db, organisation_id, why, RightAuthor(RightActor.THIRD_PARTY, now))


def hold_home(db: Session, organisation_id: int) -> bool:
    """Lock the organisation and return whether its declarations are sent; others wait.

    Take this lock before the connection's, and that before the round's, to avoid deadlocks.
    """
    home = select(Organisation.sends_upstream).where(Organisation.id == organisation_id)
    return db.scalars(home.with_for_update(key_share=True)).one()


def cancel_unsent(db: Session, organisation_id: int, why: RightTrigger, by: RightAuthor) -> int:
    """Remove what never left from the queue, and cancel its declarations; return how many.

    What may have arrived is marked as unsure: the worker that has just sent it, or a list, may show
    it, a person may cancel it, and it is searched for once sending resumes. The caller holds
    `hold_home`.
    """
    mine = MirrorSending.organisation_id == organisation_id
    db.execute(delete(MirrorSending).where(mine, UNLEFT))
    _settle(db, organisation_id, _IN_DOUBT, by.now, {"state": SendingState.UNSURE})
    done_values = {"state": SendingState.DONE, "ended_at": by.now}
    _settle(db, organisation_id, _is_there(), by.now, done_values)
    same_organisation = AccessRight.organisation_id == organisation_id
    unsent = locked(
        db, same_organisation, is_undeclared(), ~get_queued_declarations_query().exists()
    )
    return len(move(db, unsent, why, by))


def _is_there() -> ColumnElement[bool]:
    """Return the condition of unsure declarations that a list has since shown to have arrived."""
    mirror_rights = select(MirrorRight.uid).where(MirrorRight.right_id == MirrorSending.right_id)
    unsure = MirrorSending.state == SendingState.UNSURE
    return and_(unsure, MirrorSending.verb == SendingVerb.DECLARE, mirror_rights.exists())


def _settle(
    db: Session,
    organisation_id: int,
    which: ColumnElement[bool],
    now: datetime,
    values: Mapping[str, Any],
) -> None:
    mine = MirrorSending.organisation_id == organisation_id
    rows = select(MirrorSending.id, MirrorSending.verb, AccessRight.uid, AccessRight.number)
    rows = rows.join(AccessRight, AccessRight.id == MirrorSending.right_id).where(mine, which)
    locked_rows = db.execute(rows.with_for_update(of=MirrorSending)).all()
    for ids in blocks([row.id for row in locked_rows]):
        these = update(MirrorSending).where(MirrorSending.id.in_(ids)).values(**values)
        change_rows(db, these)
    state = values["state"].value
    entries = (
        (row.uid, {"verb": row.verb.value, "state": state, "pce": row.number})
        for row in locked_rows
    )
    note_each(db, now, f"mirror.sending_{state}", "right", entries)
