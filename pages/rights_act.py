"""`/droits/operation`: bulk operations on rights; one of them, running or finished."""

from datetime import datetime

from dash.development.base_component import Component

from components.rights.bulk_page import act_page, acts_page
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from data.rights import queries
from pages.page import PageSpec


def layout(*, db: Session, viewer: Viewer, now: datetime, n: str = "", **_query: str) -> Component:
    if not n:
        return acts_page(queries.list_acts(db, viewer))
    return act_page(queries.get_act_receipt(db, viewer, queries.read_act_number(n)), now)


PAGE = PageSpec(
    path="/droits/operation",
    name="rights_act",
    title=N_("Opération sur des droits"),
    permission=Permission.RIGHTS_READ,
    layout=layout,
    wants=("now",),
    shots=("",),
)
