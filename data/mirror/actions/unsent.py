"""What never left for the other side, once nothing leaves for it any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, delete, select, union
from sqlalchemy.orm import Session

from data.accounts.models import Organisation
from data.mirror.models import MirrorSending
from data.mirror.queries.leaving import undeclared
from data.mirror.types import SendingState, Verb
from data.rights.actions.moving import By, locked, move
from data.rights.models import AccessRight
from data.rights.types import Actor, Trigger

_UNLEFT = and_(MirrorSending.state == SendingState.QUEUED, MirrorSending.left_at.is_(None))


def cancel_stranded(db: Session, now: datetime) -> int:
    """Cancel what was on its way out of a queue while somebody had nothing sent any more.

    It came back after they did, and nobody would send it: how many declarations those were.
    """
    return sum(_cancel_of(db, one, now) for one in list_stranded(db))


def list_stranded(db: Session) -> Sequence[int]:
    """The organisations that have something to send that never left, and send nothing."""
    queued = select(MirrorSending.organisation_id).where(_UNLEFT)
    # What is declared to be sent has no day for its answer: few rights have none while they wait.
    asked = undeclared(), AccessRight.answer_due.is_(None)
    declared = select(AccessRight.organisation_id).where(*asked, ~_left().exists())
    some = union(queued, declared).subquery()
    silent = select(Organisation.id).where(Organisation.id.in_(select(some)))
    return db.scalars(silent.where(~Organisation.sends_upstream).order_by(Organisation.id)).all()


def _left() -> Select[int]:
    """Declarations that are in the queue, or were: once what never left is out of it."""
    return select(MirrorSending.id).where(
        MirrorSending.right_id == AccessRight.id, MirrorSending.verb == Verb.DECLARE
    )


def _cancel_of(db: Session, organisation_id: int, now: datetime) -> int:
    """Whoever has it sent again waits, or came first."""
    if hold_home(db, organisation_id):
        return 0
    return cancel_unsent(db, organisation_id, By(Actor.THIRD_PARTY, now))


def hold_home(db: Session, organisation_id: int) -> bool:
    """Whether what the organisation declares is sent; whoever declares, or changes that, waits.

    It comes before the connection, and that before its round: one order for all who take several.
    """
    home = select(Organisation.sends_upstream).where(Organisation.id == organisation_id)
    return db.scalars(home.with_for_update(key_share=True)).one()


def cancel_unsent(db: Session, organisation_id: int, by: By) -> int:
    """Take out of the queue what never left, and cancel its declarations: nobody would answer them.

    What may have reached there is left to the lists. Its home is held: see `hold_home`.
    """
    mine = MirrorSending.organisation_id == organisation_id
    db.execute(delete(MirrorSending).where(mine, _UNLEFT))
    ours = AccessRight.organisation_id == organisation_id
    unsent = locked(db, ours, undeclared(), ~_left().exists())
    return len(move(db, unsent, Trigger.CANCELLED, by))
