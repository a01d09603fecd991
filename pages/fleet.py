"""`/consommations/parc`: all the PCE of somebody at a glance."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.nothing import NOTHING_AWAITED
from components.fleet.page import LISTED, FleetFacts, fleet_page
from data.access import Permission, Viewer
from data.consumption import queries
from data.consumption.rules.fleet import read_fleet
from data.consumption.types import FleetPart
from data.db import Session
from data.pces import queries as pces
from data.rights.queries import awaited
from data.signatures.queries import list_visits
from data.signatures.types import Visits
from i18n import N_
from pages.page import Page, Saw


def layout(*, db: Session, viewer: Viewer, saw: Saw, **query: str) -> Component:
    view = read_fleet(query)
    group = replace(view, text="")
    narrowed = view if view.part in LISTED else group  # words are typed over a list alone
    missing, by_group = (view.part is part for part in (FleetPart.MISSING, FleetPart.GROUPS))
    visits = view.part is FleetPart.VISITS
    told = list_visits(db, viewer, group.filter) if visits else Visits()
    for row in told.rows:
        saw(row.number)
    all_ = pces.count_pces(db, viewer)
    costs = view.part is FleetPart.DRIFT and queries.knows_costs(db, viewer)
    return fleet_page(
        viewer,
        FleetFacts(
            view=view,
            all=all_,
            total=queries.fleet_totals(db, viewer, narrowed),
            equal=queries.fleet_equal(db, viewer, narrowed),
            listed=queries.count_fleet(db, viewer, view),
            tags=pces.tags(db, viewer),
            holders=pces.holders(db, viewer),
            missing=queries.missing_days(db, viewer, group) if missing else {},
            by_tag=queries.groups_by_tag(db, viewer, group) if by_group else (),
            by_holder=queries.groups_by_holder(db, viewer, group) if by_group else (),
            awaited=NOTHING_AWAITED if all_ else awaited(db, viewer),
            lacking=queries.lacking(db, viewer, group) if missing else None,
            visits=told,
            priced=queries.count_priced(db, viewer, view) if costs else None,
        ),
    )


PAGE = Page(
    path="/consommations/parc",
    name="fleet",
    title=N_("Parc"),
    menu=N_("Parc"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    tables=True,
    several=True,
    wants=("saw",),
    shots=(
        "",
        "?period=current",
        "?q=zzzz",
        *(f"?view={part}" for part in ("missing", "freshness", "groups", "visits")),
    ),
)
