"""Query totals, workload and the distributor's figures."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Integer, and_, func, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Permission, Role, Viewer
from core.i18n import PARIS
from core.records import copy_fields
from data.controls.models import Campaign, Control, Decision, Deposit
from data.controls.queries.visible import (
    get_control_standing,
    is_assigned_to_viewer,
    is_deadline_running,
    is_open,
    visible,
)
from data.controls.rules.deadlines import week_end
from data.controls.rules.draw import unpacked
from data.controls.types import (
    CampaignRow,
    ControlVerdict,
    Manager,
    Motive,
    Service,
    Totals,
    Workload,
)
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.rights.types import ProofState

STAFF_ROLES = (Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR)
_DAY = 86400


def get_control_totals(db: Session, viewer: Viewer) -> Totals:
    """Return the headline figures over all visible controls."""
    viewer_standing, today = get_control_standing(viewer), viewer.today
    open_ = is_open(viewer_standing.state)
    states = [
        and_(viewer_standing.state == state, Control.closed_at.is_(None)) for state in ProofState
    ]
    conditions = (
        open_,
        Control.closed_at.is_not(None),
        and_(is_deadline_running(viewer), viewer_standing.due_on < today),
        and_(is_deadline_running(viewer), viewer_standing.due_on.between(today, week_end(today))),
        is_assigned_to_viewer(viewer),
        *states,
    )
    query = visible(viewer).join(AccessRight, AccessRight.id == Control.right_id)
    row = db.execute(
        query.with_only_columns(
            func.count(Control.id),
            func.count(AccessRight.pce_id.distinct()),
            *(func.count(Control.id).filter(condition) for condition in conditions),
        )
    ).one()
    controls, pces, opened, closed, overdue, week, to_do, *by_state = row
    return Totals(
        controls=controls,
        pces=pces,
        open=opened,
        states=dict(zip(ProofState, by_state, strict=True)),
        closed=closed,
        overdue=overdue,
        this_week=week,
        to_do=to_do,
    )


def count_to_do(db: Session, viewer: Viewer) -> int:
    """Count the controls that wait for the viewer."""
    query = visible(viewer).where(is_assigned_to_viewer(viewer))
    return db.scalar(query.with_only_columns(func.count(Control.id))) or 0


def count_awaited(db: Session, viewer: Viewer) -> int | None:
    """Count the proofs that the viewer's organisation must send; None without any control."""
    if viewer.staff or not viewer.may(Permission.CONTROLS_READ):
        return None
    waits = func.count(Control.id).filter(is_deadline_running(viewer))
    every, awaited = db.execute(
        visible(viewer).with_only_columns(func.count(Control.id), waits)
    ).one()
    return awaited if every else None


def get_service_levels(db: Session, viewer: Viewer, first: date, last: date) -> Service:
    """Return figures about decisions from `first` to `last`, both included, without undone ones."""
    viewer.require(Permission.CONTROLS_DECIDE)
    start = datetime.combine(first, time(), PARIS)
    end = datetime.combine(last, time.max, PARIS)
    query = (
        select(Decision.verdict, Decision.motive, Decision.by_id, Decision.at, Deposit.sent_at)
        .outerjoin(Deposit, Deposit.id == Decision.deposit_id)
        .where(Decision.undone_at.is_(None), Decision.at.between(start, end))
    )
    rows = db.execute(query).all()
    waits = [
        (row.at - row.sent_at).total_seconds() / _DAY
        for row in rows
        if row.by_id is not None and row.sent_at is not None
    ]

    def count(verdict: ControlVerdict) -> int:
        return sum(row.verdict is verdict for row in rows)

    return Service(
        decisions=len(rows),
        median_days=statistics.median(waits) if waits else None,
        accepted=count(ControlVerdict.ACCEPT),
        resubmissions=count(ControlVerdict.AGAIN),
        rejected=count(ControlVerdict.REJECT),
        late=sum(row.by_id is None for row in rows),
        motives=_motives(rows),
        workload=list_workloads(db, viewer),
    )


def _motives(rows: Any) -> tuple[tuple[Motive, int], ...]:  # noqa: ANN401
    counts: dict[Motive, int] = {}
    for row in rows:
        if row.verdict is ControlVerdict.REJECT:
            counts[row.motive] = counts.get(row.motive, 0) + 1
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0].value)))


def list_workloads(db: Session, viewer: Viewer) -> tuple[Workload, ...]:
    """Return the workload of each account manager, unassigned controls first."""
    viewer.require(Permission.CONTROLS_DECIDE)
    conditions = (
        Control.state == ProofState.UNDER_CHECK,
        Control.state == ProofState.AWAITED,
        Control.due_on < viewer.today,
    )
    query = visible(viewer).where(is_open())
    counted: Any = query.with_only_columns(
        Control.owner_id, *(func.sum(item.cast(Integer)) for item in conditions)
    ).group_by(Control.owner_id)
    rows = {row[0]: tuple(row)[1:] for row in db.execute(counted)}
    names = {manager.id: manager.name for manager in list_managers(db, viewer)}
    owner_ids = [None, *(item for item in rows if item is not None and item not in names), *names]
    return tuple(
        Workload(item, names.get(item, "") if item else "", *rows.get(item, (0, 0, 0)))
        for item in owner_ids
    )


def list_managers(db: Session, viewer: Viewer) -> tuple[Manager, ...]:
    """List the account managers that controls can be assigned to."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = (
        select(User.id, User.name)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.DISTRIBUTOR,
            User.role.in_(STAFF_ROLES),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return tuple(Manager(id_, name) for id_, name in db.execute(query))


def list_campaigns(db: Session, viewer: Viewer, limit: int = 100) -> tuple[CampaignRow, ...]:
    """Return the campaigns with their progress, latest first."""
    viewer.require(Permission.CONTROLS_DECIDE)

    def counted(state: ProofState) -> Any:  # noqa: ANN401
        return func.count(Control.id).filter(Control.state == state, Control.closed_at.is_(None))

    query = (
        select(
            Campaign,
            User.name,
            *(counted(state).label(state.value) for state in ProofState),
            func.count(Control.id).filter(Control.closed_at.is_not(None)).label("closed"),
        )
        .join(Control, Control.campaign_id == Campaign.id)
        .outerjoin(User, User.id == Campaign.created_by)
        .group_by(Campaign.id, User.name)
        .order_by(Campaign.id.desc())
        .limit(limit)
    )
    rows = db.execute(query).all()
    parties = _third_parties(db, [row.Campaign.id for row in rows])
    return tuple(_campaign(row, parties.get(row.Campaign.id, ())) for row in rows)


def _third_parties(db: Session, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the third parties of each campaign, those with the most controls first."""
    query = (
        select(Control.campaign_id, Organisation.name)
        .join(Organisation, Organisation.id == Control.organisation_id)
        .where(Control.campaign_id.in_(ids))
        .group_by(Control.campaign_id, Organisation.id, Organisation.name)
        .order_by(func.count(Control.id).desc(), Organisation.name, Organisation.id)
    )
    names_by_campaign: dict[int, tuple[str, ...]] = {}
    for row in db.execute(query):
        names_by_campaign[row.campaign_id] = (*names_by_campaign.get(row.campaign_id, ()), row.name)
    return names_by_campaign


def _campaign(row: Any, parties: tuple[str, ...]) -> CampaignRow:  # noqa: ANN401 (a row of `list_campaigns`)
    campaign: Campaign = row.Campaign
    return copy_fields(
        CampaignRow,
        campaign,
        by=row.name or "",
        states={state: getattr(row, state.value) for state in ProofState},
        closed=row.closed,
        draw_filter=unpacked(campaign.among) if campaign.among else None,
        third_parties=parties,
    )
