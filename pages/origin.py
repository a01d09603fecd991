"""`/consommations/origine`: the readings behind a figure of the screen."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.nothing import no_pce_page
from components.consumption.origin import ORIGIN, origin_page
from data.access import Permission, Viewer
from data.consumption import queries
from data.consumption.rules.view import last_text, read_view
from data.consumption.types import Figure
from data.db import Session
from data.pces.queries import default_pce
from data.rights.queries import awaited
from data.settings.types import Values
from i18n import N_
from pages.page import Page, Saw


def layout(*, db: Session, viewer: Viewer, saw: Saw, values: Values, **query: str) -> Component:
    figure = last_text(query.get("chiffre")) or Figure.TOTAL
    view = read_view(query, viewer.today)
    number = view.pce or default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, awaited(db, viewer))
    found = queries.origin_of(db, viewer, replace(view, pce=number), figure, values.carbon)
    saw(found.series.number if found.series.tells else None)
    return origin_page(found, viewer)


PAGE = Page(
    path=ORIGIN,
    name="origin",
    title=N_("D’où vient ce chiffre"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=(
        "?pce={pce}&chiffre=month",
        "?pce={pce}&chiffre=year",
        "?pce={pce}&chiffre=year&unit=eur",
        "?pce={pce}&chiffre=year&unit=co2",
    ),
    wants=("saw", "values"),
)
