"""`/consommations/signature`: a PCE's signature, and why its year differs."""

from dash.development.base_component import Component

from components.consumption.empty_state import no_pce_page
from components.signatures.labels import PATH
from components.signatures.page import Trail, signature_page
from core.access import Permission
from core.i18n import N_
from data.analysis.signatures import queries
from data.metering.consumption.queries import get_work_list
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import FleetView
from data.metering.pces.queries import find_default_pce
from data.metering.weather.rules.degree_days import base_in
from data.metering.weather.types import DegreeDayMethod
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    view = read_view(query, viewer.today)
    number = view.pce or find_default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, get_awaited_rights(db, viewer))
    base, method_text = base_in(str(query.get("base", ""))), query.get("method")
    method = (
        DegreeDayMethod.COSTIC if method_text == DegreeDayMethod.COSTIC else DegreeDayMethod.METEO
    )
    portrait = queries.get_portrait(db, viewer, number, base, method)
    request.record_read(portrait.number if portrait.until else None)
    place = queries.find_drift_place(db, viewer, view.drifts, portrait.number)
    trail = Trail(view.drifts, place)
    work = get_work_list(db, viewer, FleetView(text=portrait.number))
    return signature_page(portrait, viewer, trail, work, degree_days=query.get("x") == "dju")


PAGE = PageSpec(
    path=PATH,
    name="signatures",
    title=N_("Signature énergétique"),
    section=Section.FLEET,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=("?pce={pce}", "?pce={pce}&x=dju&base=17", "?pce={pce}&x=dju&method=costic"),
)
