"""`/`: what needs attention today, then the figures."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.empty_state import NOTHING_AWAITED
from components.contracts.labels import SOON as ENDS_SOON
from components.home import HomeFacts, SiteFacts, home_page, list_tasks, site_page
from components.home.contracts import NO_CONTRACTS, ContractsDue
from components.home.controls import NOTHING_DUE, ControlsDue
from components.home.rights import NO_RIGHTS, RightsToDo
from components.home.today import FEW
from components.kit import html
from components.marks.views import home_view_page, lost_view_alert
from components.rights.filters import SOON
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from core.paging import RowBlock
from data.analysis.marks.queries import find_home_view
from data.analysis.signatures.queries import get_site_month, list_visits
from data.contracts import queries as contracts
from data.contracts.types import ContractFilter, ContractSort
from data.controls import queries as controls
from data.controls.types import ControlFilter
from data.exchange.mirror.queries.connection import find_connection_state, find_credentials_refusal
from data.exchange.mirror.queries.ending_differences import count_held_ends
from data.exchange.mirror.queries.queued import count_undeclared
from data.metering.consumption import queries as consumption
from data.metering.consumption.types import FleetView
from data.metering.pces import queries as pces
from data.metering.pces.types import PceFilter, PceFreshness
from data.request import Request
from data.rights import queries as rights
from data.rights.types import RightFilter, RightSort, RightState
from data.runs import queries as runs
from data.thresholds import queries as thresholds
from data.upstream_message import UpstreamMessage
from pages.page import PageSpec, Section

FEW_ROWS = RowBlock(FEW)


def layout(request: Request, **query: str) -> Component:
    """Return the user's home view, or the dashboard, which `tableau` requests."""
    view = find_home_view(request.db, request.viewer)
    if view is None or (query.get("tableau") and not view.why):
        return dashboard(request)
    return (
        html.Div([lost_view_alert(view), dashboard(request)]) if view.why else home_view_page(view)
    )


def dashboard(request: Request) -> Component:
    """Return the home of one delivery point, or of a fleet."""
    db, viewer = request.db, request.viewer
    if not viewer.staff and pces.count_pces(db, viewer) == 1:
        return site_home(request)
    stale = PceFilter(freshness=PceFreshness.STALE)
    late, _total = pces.list_pces(db, viewer, stale, sort="data_until", block=RowBlock(2 * FEW))
    may_see_runs = viewer.may(Permission.RUNS_READ)
    figures = consumption.get_home_figures(db, viewer)
    visits = list_visits(db, viewer, PceFilter(), counted=False)
    request.record_read(visits.rows[0].number if visits.rows else None)
    return home_page(
        viewer,
        HomeFacts(
            figures=figures,
            counts=pces.count_by_freshness(db, viewer),
            runs=runs.list_runs(db, viewer, limit=FEW, mine=True) if may_see_runs else (),
            late=late,
            unheld=pces.count_unheld(db, viewer) if viewer.may(Permission.PCES_CREATE) else 0,
            episodes=thresholds.get_home_episodes(db, viewer, limit=FEW),
            rights=_rights(db, viewer),
            controls=_controls(db, viewer),
            contracts=_contracts(db, viewer),
            awaited=NOTHING_AWAITED if figures.pces else rights.get_awaited_rights(db, viewer),
            visits=visits,
            equal=consumption.sum_equal_days_gaps(db, viewer, FleetView())
            if figures.pces
            else None,
            refused=_refused(db, viewer),
            on_hold_count=count_held_ends(db, viewer) if viewer.may(Permission.MIRROR) else 0,
        ),
    )


def site_home(request: Request) -> Component:
    """Return the home of a viewer of one delivery point; requests to answer have their place."""
    db, viewer = request.db, request.viewer
    number = pces.find_default_pce(db, viewer) or ""
    month = get_site_month(db, viewer, number)
    request.record_read(number if month.series.tells else None)
    may_alert = viewer.may(Permission.THRESHOLDS_WRITE) and month.series.tells
    held_rights = rights.list_held(db, viewer) if viewer.may(Permission.RIGHTS_ANSWER) else ()
    figures = consumption.get_home_figures(db, viewer)
    todo = HomeFacts(
        figures=figures,
        episodes=thresholds.get_home_episodes(db, viewer, limit=FEW),
        rights=replace(_rights(db, viewer), request_count=0),
        controls=_controls(db, viewer),
        contracts=_contracts(db, viewer),
        refused=_refused(db, viewer),
        on_hold_count=count_held_ends(db, viewer) if viewer.may(Permission.MIRROR) else 0,
    )
    facts = SiteFacts(
        month=month,
        figures=figures,
        alert=thresholds.get_day_alert(db, viewer, number) if may_alert else None,
        requests=[right for right in held_rights if right.answerable],
    )
    return site_page(viewer, facts, list_tasks(viewer, todo))


def _rights(db: Session, viewer: Viewer) -> RightsToDo:
    """Return the viewer's tasks on rights: identity checks, or ends of rights."""
    if viewer.staff:
        doubtful = RightFilter(states=(RightState.RECHECK,))
        rows = rights.list_rights(db, viewer, doubtful, descending=False, block=FEW_ROWS)
        return RightsToDo(to_check=rows, to_check_count=rights.count_rights(db, viewer, doubtful))
    asked_count = 0
    if viewer.may(Permission.RIGHTS_ANSWER):
        asked_count = rights.count_asked(db, viewer)
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return replace(NO_RIGHTS, request_count=asked_count)
    ending = RightFilter(ending_before=viewer.today + SOON)
    soon = rights.list_rights(
        db, viewer, ending, sort=RightSort.ENDS, descending=False, block=FEW_ROWS
    )
    waiting = rights.count_states(db, viewer)[RightState.PENDING]
    sent = RightFilter(states=(RightState.PENDING,), relayed=True)
    relayed = rights.count_rights(db, viewer, sent) if waiting else 0
    count = rights.count_rights(db, viewer, ending)
    return RightsToDo(
        ending=soon,
        ending_count=count,
        waiting=waiting - relayed,
        relayed=relayed,
        unleft=count_undeclared(db, viewer) if relayed else 0,
        connection=find_connection_state(db, viewer) if relayed else None,
        request_count=asked_count,
    )


def _controls(db: Session, viewer: Viewer) -> ControlsDue:
    """Return the proofs to send or check, most urgent first."""
    if not viewer.may(Permission.CONTROLS_ANSWER):
        return NOTHING_DUE
    rows, count = controls.list_controls(db, viewer, ControlFilter(for_viewer=True), block=FEW_ROWS)
    return ControlsDue(rows, count)


def _contracts(db: Session, viewer: Viewer) -> ContractsDue:
    """Return the viewer's tasks on contracts; none if they cannot prepare any."""
    if not viewer.may(Permission.CONTRACTS_WRITE):
        return NO_CONTRACTS
    turn = contracts.list_contracts(db, viewer, ContractFilter(waits=True), block=FEW_ROWS)
    nears = ContractFilter(ends_within=ENDS_SOON)
    ends = contracts.list_contracts(
        db, viewer, nears, sort=ContractSort.ENDS, descending=False, block=FEW_ROWS
    )
    lacks = not viewer.bound and not turn.total
    return ContractsDue(turn.rows, turn.total, ends.rows, ends.total, lacks)


def _refused(db: Session, viewer: Viewer) -> UpstreamMessage | None:
    """Return why credentials are refused, for viewers who can correct them."""
    return find_credentials_refusal(db, viewer) if viewer.may(Permission.MIRROR) else None


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
