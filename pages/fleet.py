"""`/consommations/parc`: all the PCEs of a viewer."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.empty_state import NOTHING_AWAITED
from components.fleet.page import LISTED, FleetFacts, fleet_page
from core.access import Permission
from core.i18n import N_
from data.analysis.signatures.queries import get_work_page
from data.identity.accounts.queries import list_able_names
from data.metering.consumption import queries
from data.metering.consumption.rules.fleet import read_fleet
from data.metering.consumption.types import FleetPart
from data.metering.pces import queries as pces
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    typed = read_fleet(query)
    view = replace(typed, text=pces.correct_search(db, viewer, typed.text))
    group = replace(view, text="")
    narrowed = view if view.part in LISTED else group  # only lists have a search
    missing, by_group = (view.part is part for part in (FleetPart.MISSING, FleetPart.GROUPS))
    work = get_work_page(db, viewer, view) if view.part is FleetPart.DRIFT else None
    for drift in (*work.drifts, *work.falls) if work else ():
        request.record_read(drift.site.number)
    all_ = pces.count_pces(db, viewer)
    costs = view.part is FleetPart.ALL and queries.has_costs(db, viewer)
    return fleet_page(
        viewer,
        FleetFacts(
            view=view,
            typed=typed.text,
            all=all_,
            listed=work.sites if work else queries.count_fleet(db, viewer, view),
            total=None if work else queries.sum_fleet(db, viewer, narrowed),
            work=work,
            equal=None if work else queries.sum_equal_days_gaps(db, viewer, narrowed),
            tags=pces.count_by_tag(db, viewer),
            holders=pces.count_by_holder(db, viewer),
            missing=queries.count_missing_days(db, viewer, group) if missing else {},
            by_tag=queries.list_groups_by_tag(db, viewer, group) if by_group else (),
            by_holder=queries.list_groups_by_holder(db, viewer, group) if by_group else (),
            awaited=NOTHING_AWAITED if all_ else get_awaited_rights(db, viewer),
            lacking=queries.find_missing_day(db, viewer, group) if missing else None,
            priced=queries.count_priced(db, viewer, view) if costs else None,
            deciders=list_able_names(db, viewer, Permission.PRICES_WRITE),
        ),
    )


PAGE = PageSpec(
    path="/consommations/parc",
    name="fleet",
    title=N_("Parc"),
    section=Section.FLEET,
    menu=N_("Parc"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    tables=True,
    several=True,
    shots=(
        "",
        "?period=current",
        "?q=zzzz",
        *(f"?view={part}" for part in ("all", "missing", "freshness", "groups")),
    ),
)
