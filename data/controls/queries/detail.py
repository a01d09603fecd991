"""Query one control: right, deposits, decisions and checklist."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.records import copy_fields
from data.controls.models import (
    ChecklistAnswer,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    ProofPiece,
)
from data.controls.queries.people import load_names
from data.controls.queries.visible import (
    HIDDEN,
    get_control_columns,
    get_control_standing,
    get_joined_query,
    read_control_row,
    visible,
)
from data.controls.rules.states import OPEN, is_undoable
from data.controls.types import (
    ChecklistPoint,
    ControlDetail,
    DecisionRow,
    DepositRow,
    ExpectedProof,
    PieceRow,
)
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightDataKind, RightState


def get_control(db: Session, viewer: Viewer, uid: str, *, now: datetime) -> ControlDetail:
    """Return all that is known of a control; raise NotFound when it is not visible."""
    query = get_joined_query(visible(viewer)).with_only_columns(
        *get_control_columns(viewer), AccessRight
    )
    row = db.execute(query.where(Control.uid == uid)).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    control, right = row.Control, row.AccessRight
    deposits = _deposits(db, viewer, control.id)
    sent = tuple(deposit for deposit in deposits if deposit.sent_at is not None)
    staged = next((deposit for deposit in deposits if deposit.sent_at is None), None)
    active = right.state is RightState.ACTIVE and control.closed_at is None
    under_check = control.state is ProofState.UNDER_CHECK
    return ControlDetail(
        row=read_control_row(row, viewer),
        right_state=right.state,
        expected=get_expected_proof(right, row.third_party),
        deposits=sent,
        staged=staged,
        decisions=_decisions(db, viewer, row, now),
        checks=_checks(db, control.id) if viewer.staff else {},
        can_deposit=active
        and get_control_standing(viewer, control).state in OPEN
        and control.organisation_id == viewer.organisation_id
        and viewer.may(Permission.CONTROLS_ANSWER),
        can_decide=active and under_check and viewer.may(Permission.CONTROLS_DECIDE),
        relayed=right.relayed,
    )


def get_expected_proof(right: AccessRight, third_party: str) -> ExpectedProof:
    """Return what a proof of `right` must state."""
    injection = right.role.injection
    return copy_fields(
        ExpectedProof,
        right,
        holder=right.company or right.person,
        third_party=third_party,
        kinds=frozenset(kind for kind in RightDataKind if getattr(right, kind.value)),
        first=right.injection_first if injection else right.supply_first,
        last=right.injection_last if injection else right.supply_last,
    )


def find_control(db: Session, viewer: Viewer, uid: str) -> int:
    """Return the id of a control; raise NotFound when it is not visible."""
    control_id = db.scalar(visible(viewer).with_only_columns(Control.id).where(Control.uid == uid))
    if control_id is None:
        raise NotFound(HIDDEN)
    return control_id


def find_last_sent_deposit(control_id: Any) -> Any:  # noqa: ANN401 (a value or a column; a scalar SELECT)
    """Return the id of the deposit under decision: the last one sent."""
    return (
        select(func.max(DepositedControl.deposit_id))
        .where(DepositedControl.control_id == control_id, DepositedControl.sent_at.is_not(None))
        .scalar_subquery()
    )


def _deposits(db: Session, viewer: Viewer, control_id: int) -> list[DepositRow]:
    """Return deposits, latest first; unsent ones of the viewer's organisation only."""
    covers = (
        select(func.count(DepositedControl.control_id))
        .where(DepositedControl.deposit_id == Deposit.id)
        .scalar_subquery()
    )
    own = Deposit.organisation_id == viewer.organisation_id
    query = (
        select(Deposit, covers.label("controls"))
        .where(
            Deposit.id.in_(
                select(DepositedControl.deposit_id).where(DepositedControl.control_id == control_id)
            ),
            Deposit.sent_at.is_not(None) | own,
        )
        .order_by(Deposit.sent_at.desc().nulls_first(), Deposit.id.desc())
    )
    rows = db.execute(query).all()
    pieces = load_pieces(db, ProofPiece.deposit_id, [row.Deposit.id for row in rows])
    names = load_names(db, viewer, [row.Deposit.created_by for row in rows])
    return [
        DepositRow(
            uid=row.Deposit.uid,
            created_at=row.Deposit.created_at,
            sent_at=row.Deposit.sent_at,
            by=names[row.Deposit.created_by],
            pieces=pieces.get(row.Deposit.id, ()),
            controls=row.controls,
        )
        for row in rows
    ]


def load_pieces(
    db: Session,
    place: Any,  # noqa: ANN401
    ids: Collection[int],
) -> Mapping[int, tuple[PieceRow, ...]]:
    """Return the pieces by holder; `place` is the column of the holder's id."""
    query = select(ProofPiece, place.label("place")).where(place.in_(ids)).order_by(ProofPiece.id)
    pieces_by_place: dict[int, tuple[PieceRow, ...]] = {}
    for row in db.execute(query):
        pieces_by_place[row.place] = (
            *pieces_by_place.get(row.place, ()),
            read_piece_row(row.ProofPiece),
        )
    return pieces_by_place


def read_piece_row(piece: ProofPiece) -> PieceRow:
    return PieceRow(piece.uid, piece.name, piece.kind, piece.size, piece.sha256)


def _decisions(
    db: Session,
    viewer: Viewer,
    record: Any,  # noqa: ANN401 (a row)
    now: datetime,
) -> tuple[DecisionRow, ...]:
    """Return decisions, latest first; third parties see those that can no longer be undone."""
    query = select(Decision).where(Decision.control_id == record.Control.id)
    if not viewer.staff:
        query = query.where(Decision.applied_at.is_not(None))
    rows = db.scalars(query.order_by(Decision.id.desc())).all()
    names = load_names(
        db, viewer, [user_id for row in rows for user_id in (row.by_id, row.undone_by)]
    )
    return tuple(_decision(row, names, record, now) for row in rows)


def _decision(
    row: Decision,
    names: Mapping[int | None, str],
    record: Any,  # noqa: ANN401 (a row)
    now: datetime,
) -> DecisionRow:
    undoable = row.version == record.Control.version and is_undoable(
        now, row.effect_at, applied=row.applied_at, undone=row.undone_at
    )
    return copy_fields(
        DecisionRow,
        row,
        by=names[row.by_id],
        undo_until=row.effect_at if undoable else None,
        undone_by=names[row.undone_by],
        upstream=record.AccessRight.relayed,
    )


def _checks(db: Session, control_id: int) -> Mapping[ChecklistPoint, bool]:
    """Return the answers for the last deposit."""
    query = select(ChecklistAnswer.point, ChecklistAnswer.fits).where(
        ChecklistAnswer.control_id == control_id,
        ChecklistAnswer.deposit_id == find_last_sent_deposit(control_id),
    )
    answers = {row.point: row.fits for row in db.execute(query)}
    return {point: answers[point] for point in ChecklistPoint if point in answers}
