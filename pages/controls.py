"""`/controles`: the proofs that the distributor requests, and their deposit."""

from contextlib import suppress

from dash.development.base_component import Component

from components.controls.deposit import Staging
from components.controls.drawer import OpenedControl, control_drawer
from components.controls.filters import ControlQuery, control_filter, counted, read_wanted
from components.controls.listing import ControlListFacts, FilterCounts, controls_page
from core.access import Permission, Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_
from core.paging import ALL_ROWS, RowBlock
from data.controls import queries
from data.controls.types import ControlFilter, ProofDelays
from data.request import Request
from pages.controls_staff import staff_layout
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if viewer.staff:
        return staff_layout(request=request, query=query)
    filters = read_wanted(query)
    facts = ControlListFacts(
        filters,
        queries.get_control_totals(db, viewer),
        _counts(db, viewer, filters),
        calendars=queries.list_calendars(db, viewer),
        opened=_opened(request, filters.open, request.proof_delays),
    )
    return controls_page(viewer, facts)


def _counts(db: Session, viewer: Viewer, wanted: ControlQuery) -> FilterCounts:
    every = counted(wanted)
    return FilterCounts(
        queries.count_states(db, viewer, every),
        queries.count_boxes(db, viewer, control_filter(wanted)),
        queries.list_controls(db, viewer, every, block=RowBlock(0))[1],
    )


def _opened(request: Request, uid: str, delays: ProofDelays) -> list[Component]:
    """Return the drawer of the control in the address; empty if not found or not visible."""
    db, viewer = request.db, request.viewer
    if uid:
        with suppress(NotFound):
            detail = queries.get_control(db, viewer, uid, now=request.now)
            staging = None
            if detail.staged:
                proved = ControlFilter(deposit=detail.staged.uid)
                covered, _count = queries.list_controls(db, viewer, proved, block=ALL_ROWS)
                staging = Staging(detail.staged, covered)
            opened = OpenedControl(detail, queries.list_messages(db, viewer, uid), staging, delays)
            return control_drawer(viewer, opened)
    return []


PAGE = PageSpec(
    path="/controles",
    name="controls",
    title=N_("Contrôle des preuves"),
    section=Section.ACCESS,
    menu=N_("Contrôles"),
    permission=Permission.CONTROLS_READ,
    layout=layout,
    tables=True,
    shots=("", "?controle={control}", "?show=all&q=zzzz", "?draw=1", "?view=figures"),
)
