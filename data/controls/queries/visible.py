"""Select the controls that a viewer can see, and build their rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from core.access import Permission, Viewer
from core.i18n import N_
from core.records import copy_fields
from data.controls.models import (
    Campaign,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    Message,
    MessageMark,
)
from data.controls.rules.deadlines import urgency_of
from data.controls.rules.states import OPEN
from data.controls.types import ControlRow, Side
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.rights.types import ProofState
from data.tag_limits import within

HIDDEN = N_("Ce contrôle est introuvable.")
third_party, owner = aliased(Organisation), aliased(User)


def visible(viewer: Viewer) -> Select[Control]:
    """Select the controls of the organisation's rights; all of them for the distributor's staff.

    A viewer restricted to tags sees the controls of rights on PCEs with these tags.
    """
    viewer.require(Permission.CONTROLS_READ)
    query = select(Control)
    if viewer.staff:
        return query
    query = query.where(Control.organisation_id == viewer.organisation_id)
    return query.where(Control.right_id.in_(_rights_within(viewer))) if viewer.limited else query


def _rights_within(viewer: Viewer) -> Select[Any]:
    right = AccessRight.__table__.alias("limit_rights")  # other queries join the table by its name
    return select(right.c.id).where(
        right.c.organisation_id == viewer.organisation_id, within(viewer, right.c.pce_id)
    )


def get_side(viewer: Viewer) -> Side:
    return Side.DISTRIBUTOR if viewer.staff else Side.THIRD_PARTY


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """The state of a control as seen by one side: columns, or values of a row."""

    state: Any
    due_on: Any
    decided_at: Any
    motive: Any


def get_control_standing(viewer: Viewer, control: Any = Control) -> ControlStanding:  # noqa: ANN401 (class or row)
    """Return the state seen by the viewer; third parties see final decisions only."""
    if viewer.staff:
        return ControlStanding(control.state, control.due_on, control.decided_at, control.motive)
    public_columns = control.told_state, control.told_due_on, control.told_at, control.told_motive
    return ControlStanding(*public_columns)


def is_open(state: Any = Control.state) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return the condition for controls that wait for either side."""
    return and_(state.in_(OPEN), Control.closed_at.is_(None))


def is_deadline_running(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for a running deadline: until sent, or decided for the distributor."""
    return and_(
        get_control_standing(viewer).state.in_(list_running_states(viewer)),
        Control.closed_at.is_(None),
    )


def list_running_states(viewer: Viewer) -> tuple[ProofState, ...]:
    """Return the states whose deadline runs for the viewer."""
    return OPEN if viewer.staff else (ProofState.AWAITED,)


def is_assigned_to_viewer(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for controls that wait for this person.

    A third party has to send a proof; staff check proofs assigned to them or unassigned.
    """
    if not viewer.staff:
        return is_deadline_running(viewer)
    return and_(
        Control.state == ProofState.UNDER_CHECK,
        Control.closed_at.is_(None),
        or_(Control.owner_id == viewer.user_id, Control.owner_id.is_(None)),
    )


def is_readable_message(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition for readable messages: internal notes are the distributor's."""
    return literal(True) if viewer.staff else Message.internal.is_(False)  # noqa: FBT003


def _unread(viewer: Viewer) -> ColumnElement[int]:
    mark = (
        select(MessageMark.message_id)
        .where(MessageMark.control_id == Control.id, MessageMark.user_id == viewer.user_id)
        .correlate(Control)  # correlated with the outermost query, two levels up
        .scalar_subquery()
    )
    return (
        select(func.count(Message.id))
        .where(
            Message.control_id == Control.id,
            Message.side != get_side(viewer),
            is_readable_message(viewer),
            Message.id > func.coalesce(mark, 0),
        )
        .scalar_subquery()
    )


def is_unread(viewer: Viewer) -> ColumnElement[bool]:
    return _unread(viewer) > 0


def is_staged(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether the viewer's organisation has an unsent deposit for it."""
    return (
        select(DepositedControl.deposit_id)
        .join(Deposit, Deposit.id == DepositedControl.deposit_id)
        .where(
            DepositedControl.control_id == Control.id,
            DepositedControl.sent_at.is_(None),
            Deposit.organisation_id == viewer.organisation_id,
        )
        .exists()
    )


def _is_returned(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether the last deposit withdrew the last decision, in one transaction."""
    undone_at = (
        select(Decision.undone_at)
        .where(Decision.control_id == Control.id)
        .order_by(Decision.id.desc())
        .limit(1)
        .correlate(Control)
        .scalar_subquery()
    )
    checked = Control.state == ProofState.UNDER_CHECK, Control.closed_at.is_(None)
    return and_(literal(viewer.staff), *checked, undone_at == Control.sent_at)


def get_covered_controls_query(viewer: Viewer, deposit: str) -> Select[Any]:
    """Select the controls that a deposit covers; an unsent one for its organisation only."""
    return (
        select(DepositedControl.control_id)
        .join(Deposit, Deposit.id == DepositedControl.deposit_id)
        .where(
            Deposit.uid == deposit,
            or_(
                DepositedControl.sent_at.is_not(None),
                Deposit.organisation_id == viewer.organisation_id,
            ),
        )
    )


def get_joined_query(query: Select[Any]) -> Select[Any]:
    """Join right, third party, account manager and campaign."""
    return (
        query.join(AccessRight, AccessRight.id == Control.right_id)
        .join(third_party, third_party.id == Control.organisation_id)
        .join(Campaign, Campaign.id == Control.campaign_id)
        .outerjoin(owner, owner.id == Control.owner_id)
    )


def get_control_columns(viewer: Viewer) -> tuple[Any, ...]:
    """Return the columns that `read_control_row` reads, of a joined query."""
    return (
        Control,
        AccessRight.uid.label("right_uid"),
        AccessRight.number,
        AccessRight.site,
        AccessRight.company,
        AccessRight.person,
        third_party.name.label("third_party"),
        owner.name.label("owner"),
        Campaign.uid.label("campaign"),
        _unread(viewer).label("unread"),
        is_staged(viewer).label("staged"),
        _is_returned(viewer).label("returned"),
    )


def read_control_row(row: Any, viewer: Viewer) -> ControlRow:  # noqa: ANN401 (a row of `columns`)
    control: Control = row.Control
    viewer_standing = get_control_standing(viewer, control)
    waits = viewer_standing.state in list_running_states(viewer) and control.closed_at is None
    return copy_fields(
        ControlRow,
        control,
        right=row.right_uid,
        number=row.number,
        site=row.site,
        holder=row.company or row.person,
        third_party=row.third_party,
        state=viewer_standing.state,
        due_on=viewer_standing.due_on,
        days_left=(viewer_standing.due_on - viewer.today).days,
        urgency=urgency_of(viewer_standing.due_on, viewer.today) if waits else None,
        decided_at=viewer_standing.decided_at,
        motive=viewer_standing.motive,
        owner_id=control.owner_id if viewer.staff else None,
        owner=(row.owner or "") if viewer.staff else "",
        unread=row.unread,
        staged=bool(row.staged),
        campaign=row.campaign,
        returned=bool(row.returned),
    )
