"""Several PCE on `/consommations`: named in its address, or the group that it names."""

from dash.development.base_component import Component

from components.together.page import together_page
from data.access import Permission, Viewer
from data.budgets.queries.charted import group_budgets
from data.consumption.queries import together
from data.consumption.types import TogetherView
from data.db import Session
from data.pces.queries import list_chosen, search
from data.settings.types import Carbon
from pages.page import Saw


def several(
    db: Session, viewer: Viewer, asked: TogetherView, saw: Saw, carbon: Carbon
) -> Component:
    found = together(db, viewer, asked, carbon)
    for number in found.read:
        saw(number)
    chosen = list_chosen(db, viewer, asked.numbers)
    budgets = group_budgets(db, viewer, found.asked) if viewer.may(Permission.PRICES_READ) else ()
    return together_page(viewer, found, search(db, viewer, ""), chosen, budgets)
