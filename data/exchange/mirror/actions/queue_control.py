"""Retry a queued message now, or cancel one that was not sent."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.exchange.mirror.actions.sendings import put_in_queue
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.outgoing import find_due
from data.exchange.mirror.queries.sendings import is_kept, visible_sendings
from data.exchange.mirror.types import MOVING, SendingState, SendingVerb
from data.identity.audit.actions import note
from data.rights.actions import cancel
from data.rights.models import AccessRight
from data.rights.queries import is_decided_upstream
from data.rights.queries.end_origin import find_ended_by_column
from data.rights.types import EndedBy, RightState
from data.tag_limits import within

_HIDDEN = N_("Cet envoi est introuvable.")
_LEFT = N_("Cet envoi est parti, ou sur le point de partir : il ne peut plus être retiré.")
_OVER = N_("Cet envoi est terminé : il n’y a rien à réessayer.")

_SILENT = N_("Plus rien ne part de ce portail : faites d’abord partir vos déclarations.")
_NOT_YOURS = N_(
    "Vous n’avez pas mis fin à ce droit : sa révocation est envoyée au distributeur et ne peut"
    " pas être retirée."
)


def retry_now(db: Session, viewer: Viewer, sending_id: int, *, now: datetime) -> None:
    """Retry a message within a minute.

    A refused end or proof may be sent again; a refused declaration must be made again. An unsure
    message is searched for once. Raise Conflict when there is nothing to retry, or nothing is sent;
    NotFound.
    """
    row = _check_version(db, viewer, sending_id)
    if not is_decided_upstream(db, viewer):
        raise Conflict(_SILENT)
    states: tuple[SendingState, ...] = MOVING
    values: dict[str, object] = {}
    if row.state is SendingState.REFUSED and row.verb is not SendingVerb.DECLARE:
        states = (SendingState.REFUSED,)
        values = {"state": SendingState.QUEUED, "ended_at": None, "left_at": None}
    elif row.state is SendingState.UNSURE:
        states, values = (SendingState.UNSURE,), {"state": SendingState.SENDING}
    if not _change(db, row, states, next_attempt_at=now, **values):
        raise Conflict(_OVER)
    _note(db, viewer, row, "mirror.sending_retried", now)


def take_back(db: Session, viewer: Viewer, sending_id: int, *, now: datetime) -> None:
    """Cancel a message that never left, or that nobody can find; also its declaration.

    If the declaration turns out to have arrived, it is then ended upstream. Raise Conflict for what
    may have left and will be found, and for an end that others than the organisation decided.
    """
    row = _check_version(db, viewer, sending_id)
    if row.verb is SendingVerb.REVOKE and _is_ended_by_others(db, row):
        raise Conflict(_NOT_YOURS)
    dropped = {"state": SendingState.DROPPED, "ended_at": now}
    if is_kept(row) or not _change(db, row, (*MOVING, SendingState.UNSURE), **dropped):
        raise Conflict(_LEFT)
    right = db.get_one(AccessRight, row.right_id, populate_existing=True)
    if row.verb is SendingVerb.DECLARE and right.state is RightState.PENDING:
        cancel(db, viewer, [right.uid], now=now)
    _note(db, viewer, row, "mirror.sending_dropped", now)


def take_back_unqueued(
    db: Session, viewer: Viewer, right_uid: str, verb: str, *, now: datetime
) -> None:
    """Cancel a message that may not be in the queue yet; raise NotFound when nothing waits."""
    viewer.require(Permission.MIRROR)
    mine = within(viewer, AccessRight.pce_id), AccessRight.uid == right_uid
    due = find_due(db, viewer.organisation_id, *mine) if is_decided_upstream(db, viewer) else ()
    selection = [item for item in due if item[1].value == verb]
    put_in_queue(db, viewer.organisation_id, selection, now=now)
    waits = AccessRight.uid == right_uid, MirrorSending.state.in_(MOVING)
    query = visible_sendings(viewer).where(*waits).with_only_columns(MirrorSending)
    rows = [row for row in db.scalars(query.order_by(MirrorSending.id)) if row.verb.value == verb]
    if not rows:
        raise NotFound(_HIDDEN)
    take_back(db, viewer, rows[0].id, now=now)


def _is_ended_by_others(db: Session, row: MirrorSending) -> bool:
    ended = select(find_ended_by_column()).where(AccessRight.id == row.right_id)
    return db.scalar(ended) == EndedBy.OTHERS.value


def _check_version(db: Session, viewer: Viewer, sending_id: int) -> MirrorSending:
    viewer.require(Permission.MIRROR)
    query = visible_sendings(viewer).where(MirrorSending.id == sending_id)
    row = db.scalars(query.with_only_columns(MirrorSending)).one_or_none()
    if row is None:
        raise NotFound(_HIDDEN)
    return row


def _change(
    db: Session, row: MirrorSending, states: tuple[SendingState, ...], **values: object
) -> bool:
    """Return whether the change succeeded: a worker may have claimed the message meanwhile."""
    change = (
        update(MirrorSending)
        .where(
            MirrorSending.id == row.id,
            MirrorSending.state.in_(states),
            MirrorSending.left_at.is_not_distinct_from(row.left_at),
        )
        .values(**values)
    )
    return change_rows(db, change) == 1


def _note(db: Session, viewer: Viewer, row: MirrorSending, what: str, now: datetime) -> None:
    uid = db.scalars(select(AccessRight.uid).where(AccessRight.id == row.right_id)).one()
    note(db, now, what, ("right", uid), actor=viewer.actor, detail={"verb": row.verb.value})
