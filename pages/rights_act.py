"""`/droits/operation`: bulk operations on rights; one of them, running or finished."""

from dash.development.base_component import Component

from components.rights.bulk_page import act_page, acts_page
from core.access import Permission
from core.i18n import N_
from data.request import Request
from data.rights import queries
from pages.page import PageSpec, Section


def layout(request: Request, *, n: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    if not n:
        return acts_page(queries.list_acts(db, viewer))
    return act_page(queries.get_act_receipt(db, viewer, queries.read_act_number(n)), request.now)


PAGE = PageSpec(
    path="/droits/operation",
    name="rights_act",
    title=N_("Opération sur des droits"),
    section=Section.ACCESS,
    permission=Permission.RIGHTS_READ,
    layout=layout,
    shots=("",),
)
