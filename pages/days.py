"""`/consommations/jours`: the days of a period as a calendar, and their distribution."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.calendar import DAYS, days_page
from components.consumption.empty_state import no_pce_page
from core.access import Permission
from core.i18n import N_
from data.metering.consumption import queries
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import SeriesStep
from data.metering.pces.queries import find_default_pce
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    view = read_view(query, viewer.today)
    number = view.pce or find_default_pce(db, viewer)
    if number is None:
        return no_pce_page(viewer, get_awaited_rights(db, viewer))
    view = replace(view, pce=number)
    by_day = replace(view, step=SeriesStep.DAY, compare=(), reference=None)
    series = queries.load_series(db, viewer, by_day, request.settings.carbon)
    request.record_read(series.number if series.tells else None)
    return days_page(series, viewer, view)


PAGE = PageSpec(
    path=DAYS,
    name="days",
    title=N_("Jours"),
    section=Section.FLEET,
    permission=Permission.CONSUMPTION_READ,
    layout=layout,
    charts=True,
    shots=("?pce={pce}", "?pce={pce}&from=2001-01-01&to=2001-01-31"),
)
