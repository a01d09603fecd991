"""`/consommations`: the consumption of one delivery point."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.page import consumption_page, no_pce_page
from data.access import Permission, Viewer
from data.consumption import queries
from data.consumption.rules.view import read_view
from data.db import Session
from data.pces.queries import default_pce, search
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, **query: str) -> Component:
    view = read_view(query, viewer.today)
    number = view.pce or default_pce(db, viewer)
    if number is None:
        return no_pce_page()
    shown = queries.series(db, viewer, replace(view, pce=number))
    return consumption_page(shown, viewer, search(db, viewer, ""))


PAGE = Page(
    path="/consommations",
    name="consumption",
    title=N_("Consommations"),
    menu=N_("Consommations"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=(
        "?pce={pce}",
        "?pce={pce}&period=30d",
        "?pce={pce}&period=3y&step=week&unit=m3&compare=1,2",
        "?pce={pce}&period=3y&step=year",
        "?pce={pce}&period=3y&step=day",
        "?pce={pce}&from=2001-01-01&to=2001-01-31",
        "?pce={pce}&data=published",
    ),
)
