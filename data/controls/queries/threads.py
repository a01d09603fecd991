"""Query the messages about a control, and the pieces that each side can open."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.controls.models import (
    Control,
    Deposit,
    DepositedControl,
    Message,
    MessageMark,
    ProofPiece,
)
from data.controls.queries.detail import find_control, load_pieces, read_piece_row
from data.controls.queries.people import load_names
from data.controls.queries.visible import get_side, is_readable_message, visible
from data.controls.types import MessageRow, StoredPiece

_NO_PIECE = N_("Cette pièce est introuvable.")


def list_messages(
    db: Session, viewer: Viewer, uid: str, *, notes: bool = True
) -> tuple[MessageRow, ...]:
    """Return the messages of a control, oldest first; raise NotFound when it is not visible.

    Internal notes are included for staff, unless `notes` is false as in an evidence pack.
    """
    control_id = find_control(db, viewer, uid)
    query = select(Message).where(Message.control_id == control_id, is_readable_message(viewer))
    if not notes:
        query = query.where(Message.internal.is_(False))
    rows = db.scalars(query.order_by(Message.id)).all()
    names = load_names(db, viewer, [row.author_id for row in rows])
    pieces = load_pieces(db, ProofPiece.message_id, [row.id for row in rows])
    mark = db.scalar(
        select(func.max(MessageMark.message_id)).where(
            MessageMark.control_id == control_id, MessageMark.user_id == viewer.user_id
        )
    )
    return tuple(
        copy_fields(
            MessageRow,
            row,
            by=names[row.author_id],
            pieces=pieces.get(row.id, ()),
            unread=row.side is not get_side(viewer) and row.id > (mark or 0),
        )
        for row in rows
    )


def get_piece(db: Session, viewer: Viewer, uid: str) -> StoredPiece:
    """Return a piece and its storage key; raise NotFound when it is not visible.

    It is visible with its control; a staged one to its own organisation, one of an internal note to
    the distributor.
    """
    visible_ids = visible(viewer).with_only_columns(Control.id)
    query = select(ProofPiece).where(
        ProofPiece.uid == uid,
        or_(
            ProofPiece.deposit_id.in_(_deposits(viewer, visible_ids)),
            ProofPiece.message_id.in_(_get_readable_messages(viewer, visible_ids)),
        ),
    )
    piece = db.scalar(query)
    if piece is None:
        raise NotFound(_NO_PIECE)
    return StoredPiece(read_piece_row(piece), piece.storage_key)


def _deposits(viewer: Viewer, visible_ids: Any) -> Any:  # noqa: ANN401 (parts of a SELECT)
    sent: ColumnElement[bool] = Deposit.sent_at.is_not(None)
    return (
        select(Deposit.id)
        .join(DepositedControl, DepositedControl.deposit_id == Deposit.id)
        .where(
            DepositedControl.control_id.in_(visible_ids),
            or_(sent, Deposit.organisation_id == viewer.organisation_id),
        )
    )


def _get_readable_messages(viewer: Viewer, visible_ids: Any) -> Any:  # noqa: ANN401
    return select(Message.id).where(
        Message.control_id.in_(visible_ids), is_readable_message(viewer)
    )
