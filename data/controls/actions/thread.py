"""Write the thread of a control: messages, internal notes and read marks."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import upsert
from core.errors import Conflict, TooMany
from core.i18n import N_
from data.controls.actions import emails
from data.controls.actions.deposits import piece_of
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import chosen, rights_of
from data.controls.models import Control, Message, MessageMark
from data.controls.queries.detail import find_control
from data.controls.queries.visible import get_side, is_readable_message
from data.controls.rules.chain import digest_of
from data.controls.rules.labels import ELSEWHERE
from data.controls.rules.pieces import MOST_MESSAGES, checked_pieces
from data.controls.rules.states import words_of
from data.controls.types import Fact, NewPiece
from data.notifications.actions import settle

_EMPTY = N_("Écrivez votre message.")


def write_message(
    db: Session,
    viewer: Viewer,
    uid: str,
    text: str,
    *,
    pieces: Sequence[NewPiece] = (),
    now: datetime,
) -> str:
    """Write a message to the other side, with up to three pieces; return its uid.

    It is announced by mail without its full text, once until read, and is possible after the
    decision too. Raise Conflict when another distributor decides: ADICT has no messages.
    """
    viewer.require(Permission.CONTROLS_DECIDE if viewer.staff else Permission.CONTROLS_ANSWER)
    (control,) = chosen(db, viewer, [uid])
    right = rights_of(db, [control])[control.id]
    if right.relayed:
        raise Conflict(ELSEWHERE)
    message = _write(db, viewer, control, words_of(text, needed=_EMPTY), now)
    _attach(db, message, pieces)
    emails.notify_written(db, message, control, right)
    append(db, [_message_digest(Fact.WRITTEN, message, pieces)], ControlAuthor(now, viewer))
    return message.uid


def write_note(
    db: Session,
    viewer: Viewer,
    uid: str,
    text: str,
    *,
    pieces: Sequence[NewPiece] = (),
    now: datetime,
) -> str:
    """Write a note for the distributor's staff only; return its uid."""
    viewer.require(Permission.CONTROLS_DECIDE)
    (control,) = chosen(db, viewer, [uid])
    note = _write(db, viewer, control, words_of(text, needed=_EMPTY), now, internal=True)
    _attach(db, note, pieces)
    append(db, [_message_digest(Fact.NOTED, note, pieces)], ControlAuthor(now, viewer))
    return note.uid


def mark_read(db: Session, viewer: Viewer, uid: str, *, now: datetime) -> None:
    """Mark the thread of a control, and the notices about it, as read."""
    control_id = find_control(db, viewer, uid)
    query = select(func.max(Message.id)).where(
        Message.control_id == control_id, is_readable_message(viewer)
    )
    last = db.scalar(query)
    if last is None:
        return
    settle(db, viewer, ("control", control_id), now)
    mark = upsert(db, MessageMark).values(
        user_id=viewer.user_id, control_id=control_id, message_id=last, told_id=0
    )
    db.execute(
        mark.on_conflict_do_update(
            index_elements=["user_id", "control_id"], set_={"message_id": last}
        )
    )


def _write(
    db: Session,
    viewer: Viewer,
    control: Control,
    text: str,
    now: datetime,
    *,
    internal: bool = False,
) -> Message:
    _refuse_more(db, viewer, control, now)
    message = Message(
        uid=str(uuid.uuid4()),
        control_id=control.id,
        at=now,
        author_id=viewer.user_id,
        side=get_side(viewer),
        internal=internal,
        text=text,
    )
    db.add(message)
    db.flush()
    return message


def _refuse_more(db: Session, viewer: Viewer, control: Control, now: datetime) -> None:
    """Raise TooMany when the viewer's side wrote too many messages about a control in a day."""
    query = select(func.count()).where(
        Message.control_id == control.id,
        Message.side == get_side(viewer),
        Message.at > now - timedelta(days=1),
    )
    if (db.scalar(query) or 0) >= MOST_MESSAGES:
        raise TooMany(
            N_(
                "Déjà {most} messages en un jour sur ce contrôle : regroupez vos remarques et"
                " écrivez-les demain."
            ),
            most=MOST_MESSAGES,
        )


def _attach(db: Session, message: Message, pieces: Sequence[NewPiece]) -> None:
    for piece in checked_pieces(pieces, least=0):
        db.add(piece_of(piece, message_id=message.id))
        db.flush()  # one by one, so that their ids give their order


def _message_digest(fact: Fact, message: Message, pieces: Sequence[NewPiece]) -> JournalEvent:
    """Return the digest of a message for the journal, without its words."""
    detail = {
        "message": message.uid,
        "sha256": digest_of(message.text),
        "pieces": [piece.sha256 for piece in pieces],
        "names": [digest_of(piece.name) for piece in pieces],
    }
    return JournalEvent(fact, message.control_id, detail)
