"""`/consommations/origine`: the readings behind a figure of the screen."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.empty_state import no_pce_page
from components.consumption.origin import ORIGIN, origin_page
from core.access import Permission
from core.i18n import N_
from data.metering.consumption import queries
from data.metering.consumption.rules.view import last_text, read_view
from data.metering.consumption.types import Figure
from data.metering.pces.queries import find_default_pce
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    figure = last_text(query.get("chiffre")) or Figure.TOTAL
    view = read_view(query, viewer.today)
    number = view.pce or find_default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, get_awaited_rights(db, viewer))
    origin = queries.get_origin(
        db, viewer, replace(view, pce=number), figure, request.settings.carbon
    )
    request.record_read(origin.series.number if origin.series.tells else None)
    return origin_page(origin, viewer)


PAGE = PageSpec(
    path=ORIGIN,
    name="origin",
    title=N_("D’où vient ce chiffre"),
    section=Section.FLEET,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    shots=(
        "?pce={pce}&chiffre=month",
        "?pce={pce}&chiffre=year",
        "?pce={pce}&chiffre=year&unit=eur",
        "?pce={pce}&chiffre=year&unit=co2",
    ),
)
