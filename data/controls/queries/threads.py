"""What the two sides say to each other on a control, and the pieces that each may open."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.models import (
    Control,
    Deposit,
    DepositedControl,
    Message,
    MessageMark,
    Piece,
)
from data.controls.queries.one import find_control, piece_row, pieces_of
from data.controls.queries.people import names_for
from data.controls.queries.visible import readable, side_of, visible
from data.controls.types import MessageRow, StoredPiece
from data.errors import NotFound
from i18n import N_

_NO_PIECE = N_("Cette pièce est introuvable.")


def thread(db: Session, viewer: Viewer, uid: str, *, notes: bool = True) -> tuple[MessageRow, ...]:
    """The messages of a control, the oldest first; NotFound when it is absent or hidden.

    Internal notes are among them for the distributor's staff, unless *notes* says no: so is the
    thread of an evidence pack.
    """
    control_id = find_control(db, viewer, uid)
    query = select(Message).where(Message.control_id == control_id, readable(viewer))
    if not notes:
        query = query.where(Message.internal.is_(False))
    rows = db.scalars(query.order_by(Message.id)).all()
    names = names_for(db, viewer, [row.author_id for row in rows])
    pieces = pieces_of(db, Piece.message_id, [row.id for row in rows])
    mark = db.scalar(
        select(func.max(MessageMark.message_id)).where(
            MessageMark.control_id == control_id, MessageMark.user_id == viewer.user_id
        )
    )
    return tuple(
        MessageRow(
            uid=row.uid,
            at=row.at,
            side=row.side,
            by=names[row.author_id],
            internal=row.internal,
            text=row.text,
            pieces=pieces.get(row.id, ()),
            unread=row.side is not side_of(viewer) and row.id > (mark or 0),
        )
        for row in rows
    )


def get_piece(db: Session, viewer: Viewer, uid: str) -> StoredPiece:
    """One piece and where its content is kept; NotFound when it is absent or hidden.

    It opens with its control; what is staged, for its own organisation alone; what goes with an
    internal note, for the distributor alone.
    """
    seen = visible(viewer).with_only_columns(Control.id)
    query = select(Piece).where(
        Piece.uid == uid,
        or_(
            Piece.deposit_id.in_(_deposits(viewer, seen)), Piece.message_id.in_(_said(viewer, seen))
        ),
    )
    piece = db.scalar(query)
    if piece is None:
        raise NotFound(_NO_PIECE)
    return StoredPiece(piece_row(piece), piece.storage_key)


def _deposits(viewer: Viewer, seen: Any) -> Any:  # noqa: ANN401 (parts of a SELECT)
    sent: ColumnElement[bool] = Deposit.sent_at.is_not(None)
    return (
        select(Deposit.id)
        .join(DepositedControl, DepositedControl.deposit_id == Deposit.id)
        .where(
            DepositedControl.control_id.in_(seen),
            or_(sent, Deposit.organisation_id == viewer.organisation_id),
        )
    )


def _said(viewer: Viewer, seen: Any) -> Any:  # noqa: ANN401
    return select(Message.id).where(Message.control_id.in_(seen), readable(viewer))
