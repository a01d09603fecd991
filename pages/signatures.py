"""`/consommations/signature`: how a delivery point answers the cold, and why its year differs."""

from dash.development.base_component import Component

from components.consumption.nothing import no_pce_page
from components.signatures.page import signature_page
from components.signatures.words import PATH
from data.access import Permission, Viewer
from data.consumption.rules.view import read_view
from data.db import Session
from data.pces.queries import default_pce
from data.rights.queries import awaited
from data.signatures import queries
from data.weather.rules.degree_days import base_in
from data.weather.types import Method
from i18n import N_
from pages.page import Page, Saw


def layout(*, db: Session, viewer: Viewer, saw: Saw, **query: str) -> Component:
    number = read_view(query, viewer.today).pce or default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, awaited(db, viewer))
    base, asked = base_in(str(query.get("base", ""))), query.get("method")
    method = Method.COSTIC if asked == Method.COSTIC else Method.METEO
    portrait = queries.portrait(db, viewer, number, base, method)
    saw(portrait.number if portrait.until else None)
    return signature_page(portrait, viewer, degree_days=query.get("x") == "dju")


PAGE = Page(
    path=PATH,
    name="signatures",
    title=N_("Signature énergétique"),
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=("?pce={pce}", "?pce={pce}&x=dju&base=17", "?pce={pce}&x=dju&method=costic"),
    wants=("saw",),
)
