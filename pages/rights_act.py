"""`/droits/operation`: acts on many rights; one of them, while it runs and for ever after."""

from datetime import datetime

from dash.development.base_component import Component

from components.rights.act_page import act_page, acts_page
from data.access import Permission, Viewer
from data.db import Session
from data.rights import queries
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, now: datetime, n: str = "", **_query: str) -> Component:
    if not n:
        return acts_page(queries.list_acts(db, viewer))
    return act_page(queries.get_act_receipt(db, viewer, queries.act_number(n)), now)


PAGE = Page(
    path="/droits/operation",
    name="rights_act",
    title=N_("Opération sur des droits"),
    permission=Permission.RIGHTS_READ,
    layout=layout,
    wants=("now",),
    shots=("",),
)
