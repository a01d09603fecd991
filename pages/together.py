"""`/consommations` for several PCEs: listed in the address, or a group."""

from dash.development.base_component import Component

from components.together.page import together_page
from core.access import Permission
from data.identity.settings.types import Carbon
from data.metering.consumption.queries import sum_selection
from data.metering.consumption.types import TogetherView
from data.metering.pces.queries import list_chosen, search_pces
from data.money.budgets.queries.chart_series import list_group_budgets
from data.request import Request


def several(request: Request, asked: TogetherView, carbon: Carbon) -> Component:
    db, viewer = request.db, request.viewer
    comparison = sum_selection(db, viewer, asked, carbon)
    for number in comparison.read:
        request.record_read(number)
    chosen = list_chosen(db, viewer, asked.numbers)
    budgets = (
        list_group_budgets(db, viewer, comparison.query)
        if viewer.may(Permission.PRICES_READ)
        else ()
    )
    return together_page(viewer, comparison, search_pces(db, viewer, ""), chosen, budgets)
