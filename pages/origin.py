"""`/consommations/origine`: the readings behind a figure of the screen."""

from dash.development.base_component import Component

from components.consumption.origin import ORIGIN, origin_page
from data.access import Permission, Viewer
from data.consumption import queries
from data.consumption.rules.view import last_text, read_view
from data.consumption.types import Figure
from data.db import Session
from i18n import N_
from pages.page import Page, Saw


def layout(*, db: Session, viewer: Viewer, saw: Saw, **query: str) -> Component:
    figure = last_text(query.get("chiffre")) or Figure.TOTAL
    found = queries.origin_of(db, viewer, read_view(query, viewer.today), figure)
    saw(found.series.number if found.series.tells else None)
    return origin_page(found, viewer)


PAGE = Page(
    path=ORIGIN,
    name="origin",
    title=N_("D’où vient ce chiffre"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=("?pce={pce}&chiffre=month", "?pce={pce}&chiffre=year"),
    wants=("saw",),
)
