"""`/`: the answer of the last month, what to visit, and what waits."""

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component

from components.contracts.labels import SOON as ENDS_SOON
from components.home import (
    FleetHomeFacts,
    SiteFacts,
    fleet_page,
    site_page,
    start_page,
)
from components.home.queue import ContractsDue, Due, RightsToDo, ToDo, list_tasks
from components.kit import html
from components.marks.views import home_view_page, lost_view_alert
from components.rights.filters import SOON
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from core.paging import RowBlock
from data.administration.claims.queries import count_waiting_claims
from data.analysis.marks.queries import find_home_view
from data.analysis.signatures.queries import get_site_month, list_drifts_with_causes
from data.contracts import queries as contracts
from data.contracts.types import ContractFilter, ContractSort
from data.controls import queries as controls
from data.controls.types import ControlFilter
from data.exchange.mirror.queries.connection import find_connection_state, find_credentials_refusal
from data.exchange.mirror.queries.ending_differences import count_held_ends
from data.exchange.mirror.queries.queued import count_undeclared
from data.metering.consumption import queries as consumption
from data.metering.consumption.types import FleetPeriod, FleetView
from data.metering.pces import queries as pces
from data.metering.pces.types import PceFilter, PceFreshness
from data.notifications.queries import list_set_aside
from data.request import Request
from data.rights import queries as rights
from data.rights.types import RightFilter, RightRow, RightSort, RightState
from data.runs import queries as runs
from data.thresholds import queries as thresholds
from pages.page import PageSpec, Section

FIRST = RowBlock(1)
RECENT = 20  # files, of which the refused and the unfinished ones wait
FEW = 5  # alerts, whose oldest is known
TO_VISIT = 3  # sites
PERIODS = (FleetPeriod.CURRENT, FleetPeriod.LAST)  # of a month, from the latest one


def layout(request: Request, **query: str) -> Component:
    """Return the user's home view, or the dashboard, which `tableau` requests."""
    view = find_home_view(request.db, request.viewer)
    if view is None or (query.get("tableau") and not view.why):
        return dashboard(request)
    return (
        html.Div([lost_view_alert(view), dashboard(request)]) if view.why else home_view_page(view)
    )


def dashboard(request: Request) -> Component:
    """Return the home of nobody yet, of one delivery point, or of a fleet."""
    db, viewer = request.db, request.viewer
    count = pces.count_pces(db, viewer)
    to_do = load_to_do(request)
    if not count:
        # What the first steps say, and what is awaited.
        contracts_left = replace(to_do.contracts, lacks=False)
        others = replace(to_do, rights=RightsToDo(), contracts=contracts_left)
        awaited = rights.get_awaited_rights(db, viewer)
        return start_page(viewer, awaited, others, list_tasks(viewer, others))
    if count == 1 and not viewer.staff:
        return site_home(request, to_do)
    figures = consumption.get_home_figures(db, viewer)
    work = consumption.get_work_list(db, viewer, FleetView())
    drifts = list_drifts_with_causes(db, viewer, work.drifts[:TO_VISIT])
    for drift in drifts:
        request.record_read(drift.site.number)
    rank = len(figures.months) - 1 - figures.headline
    month = FleetView(period=PERIODS[rank]) if rank < len(PERIODS) else None
    facts = FleetHomeFacts(
        figures=figures,
        counts=pces.count_by_freshness(db, viewer),
        to_do=to_do,
        drifts=drifts,
        drift_count=len(work.drifts),
        equal=work.judged,
        month_money=consumption.sum_fleet_money(db, viewer, month) if month else None,
    )
    return fleet_page(viewer, facts, list_tasks(viewer, to_do))


def site_home(request: Request, to_do: ToDo) -> Component:
    """Return the home of a viewer of one delivery point; requests to answer have their place."""
    db, viewer = request.db, request.viewer
    number = pces.find_default_pce(db, viewer) or ""
    month = get_site_month(db, viewer, number)
    request.record_read(number if month.series.tells else None)
    may_alert = viewer.may(Permission.THRESHOLDS_WRITE) and month.series.tells
    held_rights = rights.list_held(db, viewer) if to_do.rights.request_count else ()
    facts = SiteFacts(
        month=month,
        figures=consumption.get_home_figures(db, viewer),
        alert=thresholds.get_day_alert(db, viewer, number) if may_alert else None,
        requests=[right for right in held_rights if right.answerable],
    )
    others = replace(to_do, rights=replace(to_do.rights, request_count=0), late_count=0)
    return site_page(viewer, facts, others, list_tasks(viewer, others))


def load_to_do(request: Request) -> ToDo:
    """Return all that may wait for the viewer."""
    db, viewer = request.db, request.viewer
    stale = PceFilter(freshness=PceFreshness.STALE)
    late, late_count = pces.list_pces(db, viewer, stale, sort="data_until", block=FIRST)
    may_import = viewer.may(Permission.READINGS_IMPORT)
    files = runs.list_runs(db, viewer, limit=RECENT, mine=True) if may_import else ()
    may_mirror = viewer.may(Permission.MIRROR)
    claims, claimed_at = count_waiting_claims(db, viewer)
    return ToDo(
        episodes=thresholds.get_home_episodes(db, viewer, limit=FEW),
        rights=_rights(db, viewer),
        controls=_controls(db, viewer),
        contracts=_contracts(db, viewer),
        refused=find_credentials_refusal(db, viewer) if may_mirror else None,
        on_hold_count=count_held_ends(db, viewer) if may_mirror else 0,
        claims=claims,
        claimed_at=claimed_at,
        unheld=pces.count_unheld(db, viewer) if viewer.may(Permission.PCES_CREATE) else 0,
        late=late,
        late_count=late_count,
        files=[run for run in files if run.is_refused or run.is_unfinished],
        set_aside=list_set_aside(db, viewer, request.now),
    )


def _rights(db: Session, viewer: Viewer) -> RightsToDo:
    """Return the viewer's tasks on rights: identity checks, or requests, ends and answers."""
    if viewer.staff:
        doubtful = RightFilter(states=(RightState.RECHECK,))
        count = rights.count_rights(db, viewer, doubtful)
        rows = rights.list_rights(db, viewer, doubtful, descending=False, block=FIRST)
        return RightsToDo(to_check=rows, to_check_count=count)
    may_answer = viewer.may(Permission.RIGHTS_ANSWER)
    asked_count = rights.count_asked(db, viewer) if may_answer else 0
    oldest_request = rights.find_oldest_request(db, viewer) if asked_count else None
    requested = RightsToDo(request_count=asked_count, requested_at=oldest_request)
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return requested
    ending = RightFilter(ending_before=viewer.today + SOON)
    waiting = rights.count_states(db, viewer)[RightState.PENDING]
    pending = RightFilter(states=(RightState.PENDING,))
    sent = replace(pending, relayed=True)
    relayed = rights.count_rights(db, viewer, sent) if waiting else 0
    oldest = _first_right(db, viewer, pending, RightSort.CREATED) if waiting else ()
    return replace(
        requested,
        ending=_first_right(db, viewer, ending, RightSort.ENDS),
        ending_count=rights.count_rights(db, viewer, ending),
        waiting=waiting - relayed,
        waiting_since=oldest[0].created_at if oldest and not relayed else None,
        relayed=relayed,
        unleft=count_undeclared(db, viewer) if relayed else 0,
        connection=find_connection_state(db, viewer) if relayed else None,
    )


def _first_right(
    db: Session, viewer: Viewer, criteria: RightFilter, sort: RightSort
) -> Sequence[RightRow]:
    return rights.list_rights(db, viewer, criteria, sort=sort, descending=False, block=FIRST)


def _controls(db: Session, viewer: Viewer) -> Due:
    """Return the proofs to send or check, most urgent first."""
    if not viewer.may(Permission.CONTROLS_ANSWER):
        return Due()
    rows, count = controls.list_controls(db, viewer, ControlFilter(for_viewer=True), block=FIRST)
    return Due(rows, count)


def _contracts(db: Session, viewer: Viewer) -> ContractsDue:
    """Return the viewer's tasks on contracts; none if they cannot prepare any."""
    if not viewer.may(Permission.CONTRACTS_WRITE):
        return ContractsDue()
    turn = contracts.list_contracts(db, viewer, ContractFilter(waits=True), block=FIRST)
    nears = ContractFilter(ends_within=ENDS_SOON)
    ends = contracts.list_contracts(
        db, viewer, nears, sort=ContractSort.ENDS, descending=False, block=FIRST
    )
    lacks = not viewer.bound and not turn.total
    return ContractsDue(turn.rows, turn.total, ends.rows, ends.total, lacks)


PAGE = PageSpec(
    path="/",
    name="home",
    title=N_("Accueil"),
    section=Section.HOME,
    menu=N_("Accueil"),
    permission=Permission.PCES_READ,
    layout=layout,
    charts=True,
)
