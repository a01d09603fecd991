"""One control: its right, its deposits, its decisions, its checklist."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.controls.models import Check, Control, Decision, Deposit, DepositedControl, Piece
from data.controls.queries.people import names_for
from data.controls.queries.visible import HIDDEN, columns, control_row, joined, standing, visible
from data.controls.rules.states import OPEN, is_undoable
from data.controls.types import (
    ControlDetail,
    DecisionRow,
    DepositRow,
    Expected,
    PieceRow,
    Point,
)
from data.errors import NotFound
from data.rights.models import AccessRight
from data.rights.types import Kind, ProofState, RightState


def get_control(db: Session, viewer: Viewer, uid: str, *, now: datetime) -> ControlDetail:
    """Everything known of one control; raises NotFound when it is absent or hidden."""
    query = joined(visible(viewer)).with_only_columns(*columns(viewer), AccessRight)
    found = db.execute(query.where(Control.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(HIDDEN)
    control, right = found.Control, found.AccessRight
    deposits = _deposits(db, viewer, control.id)
    sent = tuple(one for one in deposits if one.sent_at is not None)
    staged = next((one for one in deposits if one.sent_at is None), None)
    active = right.state is RightState.ACTIVE and control.closed_at is None
    under_check = control.state is ProofState.UNDER_CHECK
    return ControlDetail(
        row=control_row(found, viewer),
        right_state=right.state,
        expected=expected_of(right, found.third_party),
        deposits=sent,
        staged=staged,
        decisions=_decisions(db, viewer, found, now),
        checks=_checks(db, control.id) if viewer.staff else {},
        can_deposit=active
        and standing(viewer, control).state in OPEN
        and control.organisation_id == viewer.organisation_id
        and viewer.may(Permission.CONTROLS_ANSWER),
        can_decide=active and under_check and viewer.may(Permission.CONTROLS_DECIDE),
        relayed=right.relayed,
    )


def expected_of(right: AccessRight, third_party: str) -> Expected:
    """What a proof of *right* must say."""
    injection = right.role.injection
    return Expected(
        number=right.number,
        holder=right.company or right.person,
        third_party=third_party,
        kinds=frozenset(kind for kind in Kind if getattr(right, kind.value)),
        first=right.injection_first if injection else right.supply_first,
        last=right.injection_last if injection else right.supply_last,
        starts_on=right.starts_on,
        ends_on=right.ends_on,
        consented_on=right.consented_on,
        declared_on=right.declared_on,
    )


def find_control(db: Session, viewer: Viewer, uid: str) -> int:
    """The id of a control; raises NotFound when it is absent or hidden."""
    found = db.scalar(visible(viewer).with_only_columns(Control.id).where(Control.uid == uid))
    if found is None:
        raise NotFound(HIDDEN)
    return found


def last_sent(control_id: Any) -> Any:  # noqa: ANN401 (a value or a column; a scalar SELECT)
    """The id of the deposit that is judged: the last one that was sent."""
    return (
        select(func.max(DepositedControl.deposit_id))
        .where(DepositedControl.control_id == control_id, DepositedControl.sent_at.is_not(None))
        .scalar_subquery()
    )


def _deposits(db: Session, viewer: Viewer, control_id: int) -> list[DepositRow]:
    """The latest first; those that are not sent, of the viewer's organisation alone."""
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
    pieces = pieces_of(db, Piece.deposit_id, [row.Deposit.id for row in rows])
    names = names_for(db, viewer, [row.Deposit.created_by for row in rows])
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


def pieces_of(db: Session, place: Any, ids: Collection[int]) -> Mapping[int, tuple[PieceRow, ...]]:  # noqa: ANN401
    """The pieces by what holds them; *place* is the column that says it."""
    query = select(Piece, place.label("place")).where(place.in_(ids)).order_by(Piece.id)
    found: dict[int, tuple[PieceRow, ...]] = {}
    for row in db.execute(query):
        found[row.place] = (*found.get(row.place, ()), piece_row(row.Piece))
    return found


def piece_row(piece: Piece) -> PieceRow:
    return PieceRow(piece.uid, piece.name, piece.kind, piece.size, piece.sha256)


def _decisions(
    db: Session,
    viewer: Viewer,
    found: Any,  # noqa: ANN401 (a row)
    now: datetime,
) -> tuple[DecisionRow, ...]:
    """The latest first; the distributor's own until they may be undone no more."""
    query = select(Decision).where(Decision.control_id == found.Control.id)
    if not viewer.staff:
        query = query.where(Decision.applied_at.is_not(None))
    rows = db.scalars(query.order_by(Decision.id.desc())).all()
    names = names_for(db, viewer, [one for row in rows for one in (row.by_id, row.undone_by)])
    return tuple(_decision(row, names, found, now) for row in rows)


def _decision(
    row: Decision,
    names: Mapping[int | None, str],
    found: Any,  # noqa: ANN401 (a row)
    now: datetime,
) -> DecisionRow:
    undoable = row.version == found.Control.version and is_undoable(
        now, row.effect_at, applied=row.applied_at, undone=row.undone_at
    )
    return DecisionRow(
        verdict=row.verdict,
        motive=row.motive,
        text=row.text,
        at=row.at,
        by=names[row.by_id],
        undo_until=row.effect_at if undoable else None,
        undone_at=row.undone_at,
        undone_by=names[row.undone_by],
        upstream=found.AccessRight.relayed,
    )


def _checks(db: Session, control_id: int) -> Mapping[Point, bool]:
    """The answers given on the last deposit."""
    query = select(Check.point, Check.fits).where(
        Check.control_id == control_id, Check.deposit_id == last_sent(control_id)
    )
    found = {row.point: row.fits for row in db.execute(query)}
    return {point: found[point] for point in Point if point in found}
