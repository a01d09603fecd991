"""`/controles`: what the distributor asks a proof of, and the way to send it."""

from contextlib import suppress
from datetime import datetime

from dash.development.base_component import Component

from components.controls.deposit import Staging
from components.controls.drawer import Opened, control_drawer
from components.controls.filters import Wanted, control_filter, counted, read_wanted
from components.controls.listing import Counts, ListFacts, controls_page
from data.access import Permission, Viewer
from data.controls import queries
from data.controls.types import ControlFilter, ProofDelays
from data.db import Session
from data.errors import NotFound
from i18n import N_
from pages.controls_staff import staff_layout
from pages.page import Page


def layout(
    *, db: Session, viewer: Viewer, now: datetime, proof_delays: ProofDelays, **query: str
) -> Component:
    if viewer.staff:
        return staff_layout(db=db, viewer=viewer, now=now, query=query)
    wanted = read_wanted(query)
    facts = ListFacts(
        wanted,
        queries.totals(db, viewer),
        _counts(db, viewer, wanted),
        calendars=queries.list_calendars(db, viewer),
        opened=_opened(db, viewer, wanted.open, now, proof_delays),
    )
    return controls_page(viewer, facts)


def _counts(db: Session, viewer: Viewer, wanted: Wanted) -> Counts:
    every = counted(wanted)
    return Counts(
        queries.count_states(db, viewer, every),
        queries.count_boxes(db, viewer, control_filter(wanted)),
        queries.list_controls(db, viewer, every, limit=0)[1],
    )


def _opened(
    db: Session, viewer: Viewer, uid: str, now: datetime, delays: ProofDelays
) -> list[Component]:
    """The control that the address opens; none when it is gone, or never was the viewer's."""
    if uid:
        with suppress(NotFound):
            detail = queries.get_control(db, viewer, uid, now=now)
            staging = None
            if detail.staged:
                proved = ControlFilter(deposit=detail.staged.uid)
                covered, _count = queries.list_controls(db, viewer, proved, limit=queries.MAX_ROWS)
                staging = Staging(detail.staged, covered)
            opened = Opened(detail, queries.thread(db, viewer, uid), staging, delays)
            return control_drawer(viewer, opened)
    return []


PAGE = Page(
    path="/controles",
    name="controls",
    title=N_("Contrôle des preuves"),
    menu=N_("Contrôles"),
    permission=Permission.CONTROLS_READ,
    layout=layout,
    tables=True,
    shots=("", "?controle={control}", "?show=all&q=zzzz", "?draw=1", "?view=figures"),
    wants=("now", "proof_delays"),
)
