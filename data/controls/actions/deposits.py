"""Stage, change and send deposits; one mandate can prove many controls."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.controls.actions.decisions import JUST_CHANGED, withdraw
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.selection import chosen, refuse_others, refuse_over
from data.controls.actions.transitions import mark_rights, move
from data.controls.models import Control, Deposit, DepositedControl, ProofPiece
from data.controls.queries.visible import visible
from data.controls.rules.chain import digest_of
from data.controls.rules.pieces import checked_pieces
from data.controls.types import ControlStep, Fact, NewPiece, Side, Staged
from data.rights.types import ProofState

_NO_DEPOSIT = N_("Ce dépôt est introuvable, ou déjà envoyé.")
_IN_ANOTHER = N_(
    "Une pièce est déjà prête pour l’un de ces contrôles : envoyez-la ou retirez-la sur la page"
    " « Contrôle des preuves »."
)


def check_deposit(
    db: Session, viewer: Viewer, uids: Collection[str], *, beside_draft: bool = False
) -> None:
    """Raise what would refuse a deposit for these controls, before its files are read."""
    controls = _mine(db, viewer, uids)
    if not beside_draft:
        _refuse_second(db, [control.id for control in controls])


def stage(
    db: Session,
    viewer: Viewer,
    uids: Collection[str],
    pieces: Sequence[NewPiece],
    *,
    now: datetime,
) -> Staged:
    """Store one to three pieces for controls, without sending them.

    Raise Conflict when another staged deposit covers one of them.
    """
    controls = _mine(db, viewer, uids)
    deposit = _create(db, viewer, pieces, now)
    _cover(db, deposit, controls)
    return Staged(deposit.uid)


def submit(
    db: Session, viewer: Viewer, uid: str, pieces: Sequence[NewPiece], *, now: datetime
) -> None:
    """Send pieces to a control at once, for programs; a staged deposit stays unchanged."""
    controls = _mine(db, viewer, [uid])
    deposit = _create(db, viewer, pieces, now)
    db.add_all(
        DepositedControl(deposit_id=deposit.id, control_id=control.id, sent_at=now)
        for control in controls
    )
    db.flush()
    _deliver(db, deposit, controls, ControlAuthor(now, viewer))


def _create(db: Session, viewer: Viewer, pieces: Sequence[NewPiece], now: datetime) -> Deposit:
    new = checked_pieces(pieces)
    deposit = Deposit(
        uid=str(uuid.uuid4()),
        organisation_id=viewer.organisation_id,
        created_at=now,
        created_by=viewer.user_id,
    )
    db.add(deposit)
    db.flush()
    for piece in new:
        db.add(piece_of(piece, deposit_id=deposit.id))
        db.flush()  # one by one, so that their ids give their order
    return deposit


def is_sent(db: Session, viewer: Viewer, uid: str, pieces: Sequence[NewPiece]) -> bool:
    """Return whether exactly these files were sent last for a control and are being checked."""
    (control,) = _mine(db, viewer, [uid])
    mine, sent = DepositedControl.control_id == control.id, DepositedControl.sent_at
    last = (
        select(DepositedControl.deposit_id)
        .where(mine, sent.is_not(None))
        .order_by(sent.desc(), DepositedControl.deposit_id.desc())
        .limit(1)
    )
    stored_files = db.execute(
        select(ProofPiece.sha256, ProofPiece.name).where(ProofPiece.deposit_id.in_(last))
    )
    same = sorted(map(tuple, stored_files)) == sorted(
        (piece.sha256, piece.name) for piece in pieces
    )
    return same and control.state is ProofState.UNDER_CHECK


def cover(db: Session, viewer: Viewer, deposit_uid: str, uids: Collection[str]) -> Staged:
    """Make a staged deposit cover exactly these controls."""
    deposit = _staged(db, viewer, deposit_uid)
    controls = _mine(db, viewer, uids)
    db.execute(delete(DepositedControl).where(DepositedControl.deposit_id == deposit.id))
    _cover(db, deposit, controls)
    return Staged(deposit.uid)


def unstage(db: Session, viewer: Viewer, deposit_uid: str) -> tuple[str, ...]:
    """Delete a staged deposit; return the storage keys of its files, to be deleted."""
    deposit = _staged(db, viewer, deposit_uid)
    keys = db.scalars(
        select(ProofPiece.storage_key).where(ProofPiece.deposit_id == deposit.id)
    ).all()
    _drop(db, [deposit.id])
    return tuple(keys)


def send(db: Session, viewer: Viewer, deposit_uid: str, *, now: datetime) -> tuple[str, ...]:
    """Send a staged deposit to all controls that it covers; return their uids.

    It replaces the earlier deposit, which is kept; an unannounced decision on that is withdrawn.
    Raise Conflict when a control was decided or its right ended meanwhile.
    """
    deposit = _staged(db, viewer, deposit_uid)
    covered = select(Control.uid).join(DepositedControl, DepositedControl.control_id == Control.id)
    uids = db.scalars(covered.where(DepositedControl.deposit_id == deposit.id)).all()
    controls = _mine(db, viewer, uids)
    change_rows(
        db,
        update(DepositedControl)
        .where(DepositedControl.deposit_id == deposit.id)
        .values(sent_at=now),
    )
    _deliver(db, deposit, controls, ControlAuthor(now, viewer))
    return tuple(control.uid for control in controls)


def _deliver(db: Session, deposit: Deposit, controls: Sequence[Control], by: ControlAuthor) -> None:
    """Move each control to « being checked » and journal what was sent."""
    entries = withdraw(db, controls, by)
    for control in controls:
        if not move(db, control, ControlStep.SENT, Side.THIRD_PARTY, sent_at=by.now):
            raise Conflict(JUST_CHANGED)
    deposit.sent_at = by.now
    for control in controls:
        mark_rights(db, [control.right_id], ProofState.UNDER_CHECK, control.due_on)
    detail = {"deposit": deposit.uid, **_journal_pieces(db, deposit), "state": "under_check"}
    append(db, entries + [JournalEvent(Fact.SENT, control.id, detail) for control in controls], by)


def drop_staged(db: Session, control_ids: Collection[int]) -> None:
    """Remove controls from staged deposits, and delete deposits that become empty."""
    if not control_ids:
        return
    mine = DepositedControl.control_id.in_(control_ids)
    waiting = DepositedControl.sent_at.is_(None)
    touched = db.scalars(select(DepositedControl.deposit_id).where(mine, waiting)).all()
    db.execute(delete(DepositedControl).where(mine, waiting))
    remaining_ids = select(DepositedControl.deposit_id).where(
        DepositedControl.deposit_id.in_(touched)
    )
    _drop(db, sorted(set(touched) - set(db.scalars(remaining_ids))))


def _mine(db: Session, viewer: Viewer, uids: Collection[str]) -> list[Control]:
    """Return the viewer's own controls that still accept a deposit, locked."""
    viewer.require(Permission.CONTROLS_ANSWER)
    controls = chosen(db, viewer, uids)
    refuse_others(viewer, controls)
    refuse_over(db, controls)
    return controls


def _staged(db: Session, viewer: Viewer, uid: str) -> Deposit:
    """Return a staged deposit of the viewer's organisation, locked; raise NotFound without it."""
    viewer.require(Permission.CONTROLS_ANSWER)
    query = select(Deposit).where(
        Deposit.uid == uid,
        Deposit.organisation_id == viewer.organisation_id,
        Deposit.sent_at.is_(None),
    )
    fresh = query.with_for_update().execution_options(populate_existing=True)
    deposit = db.scalars(fresh).one_or_none()
    if deposit is None or _reaches_beyond(db, viewer, deposit):
        raise NotFound(_NO_DEPOSIT)
    return deposit


def _reaches_beyond(db: Session, viewer: Viewer, deposit: Deposit) -> bool:
    """Return whether it covers a control hidden from a viewer restricted to tags."""
    if not viewer.limited:
        return False
    covered = select(DepositedControl.control_id).where(
        DepositedControl.deposit_id == deposit.id,
        DepositedControl.control_id.not_in(visible(viewer).with_only_columns(Control.id)),
    )
    return db.scalar(covered.limit(1)) is not None


def _cover(db: Session, deposit: Deposit, controls: Sequence[Control]) -> None:
    ids = [control.id for control in controls]
    _refuse_second(db, ids)
    db.add_all(DepositedControl(deposit_id=deposit.id, control_id=control_id) for control_id in ids)
    db.flush()


def _refuse_second(db: Session, ids: Collection[int]) -> None:
    waiting = DepositedControl.sent_at.is_(None)
    pending_deposits = select(DepositedControl.deposit_id).where(
        DepositedControl.control_id.in_(ids), waiting
    )
    if db.scalars(pending_deposits.limit(1)).first() is not None:
        raise Conflict(_IN_ANOTHER)


def piece_of(
    piece: NewPiece, *, deposit_id: int | None = None, message_id: int | None = None
) -> ProofPiece:
    """Build the row of a piece, in a deposit or beside a message."""
    return ProofPiece(
        uid=str(uuid.uuid4()),
        deposit_id=deposit_id,
        message_id=message_id,
        name=piece.name,
        kind=piece.kind,
        size=piece.size,
        sha256=piece.sha256,
        storage_key=piece.storage_key,
    )


def _journal_pieces(db: Session, deposit: Deposit) -> dict[str, object]:
    """Return the pieces for the journal; their digest proves what was sent."""
    query = select(ProofPiece).where(ProofPiece.deposit_id == deposit.id).order_by(ProofPiece.id)
    pieces = db.scalars(query).all()
    return {
        "pieces": [
            {
                "piece": piece.uid,
                "sha256": piece.sha256,
                "size": piece.size,
                "kind": piece.kind.value,
            }
            for piece in pieces
        ],
        "names": [digest_of(piece.name) for piece in pieces],
    }


def _drop(db: Session, deposit_ids: Collection[int]) -> None:
    for kind, place in (
        (ProofPiece, ProofPiece.deposit_id),
        (DepositedControl, DepositedControl.deposit_id),
        (Deposit, Deposit.id),
    ):
        db.execute(delete(kind).where(place.in_(deposit_ids)))
