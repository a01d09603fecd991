"""`/`: what needs me today, then the figures."""

from dash.development.base_component import Component

from components.home import HomeFacts, home_page
from components.home.today import FEW
from data.access import Permission, Viewer
from data.consumption import queries as consumption
from data.db import Session
from data.pces import queries as pces
from data.pces.types import Freshness, PceFilter
from data.runs import queries as runs
from data.thresholds import queries as thresholds
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, **_query: str) -> Component:
    stale = PceFilter(freshness=Freshness.STALE)
    late, _total = pces.list_pces(db, viewer, stale, sort="data_until", limit=2 * FEW)
    may_see_runs = viewer.may(Permission.RUNS_READ)
    return home_page(
        viewer,
        HomeFacts(
            figures=consumption.home_figures(db, viewer),
            counts=pces.freshness_counts(db, viewer),
            runs=runs.list_runs(db, viewer, limit=FEW, mine=True) if may_see_runs else (),
            late=late,
            unheld=pces.count_unheld(db, viewer),
            episodes=thresholds.home_episodes(db, viewer, limit=FEW),
        ),
    )


PAGE = Page(
    path="/",
    name="home",
    title=N_("Accueil"),
    menu=N_("Accueil"),
    permission=Permission.PCES_READ,
    layout=layout,
    charts=True,
)
