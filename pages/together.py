"""`/consommations` for several PCEs: listed in the address, or a group."""

from dash.development.base_component import Component

from components.together.page import together_page
from core.access import Permission, Viewer
from core.database import Session
from data.budgets.queries.chart_series import list_group_budgets
from data.consumption.queries import sum_selection
from data.consumption.types import TogetherView
from data.pces.queries import list_chosen, search_pces
from data.settings.types import Carbon
from pages.page import Saw


def several(
    db: Session, viewer: Viewer, asked: TogetherView, saw: Saw, carbon: Carbon
) -> Component:
    comparison = sum_selection(db, viewer, asked, carbon)
    for number in comparison.read:
        saw(number)
    chosen = list_chosen(db, viewer, asked.numbers)
    budgets = (
        list_group_budgets(db, viewer, comparison.query)
        if viewer.may(Permission.PRICES_READ)
        else ()
    )
    return together_page(viewer, comparison, search_pces(db, viewer, ""), chosen, budgets)
