"""`/compte/donnees`: the viewer's personal data."""

from dash.development.base_component import Component

from components.subjects.page import subject_page
from core.access import Permission
from core.i18n import N_
from data.administration.subjects.queries.requests import find_erasure, list_own
from data.request import Request
from pages.page import PageSpec, Section


def layout(request: Request, *, fait: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    return subject_page(
        viewer, list_own(db, viewer), find_erasure(db, viewer), request.portal.periods, done=fait
    )


PAGE = PageSpec(
    path="/compte/donnees",
    name="subjects",
    title=N_("Mes données"),
    section=Section.ACCOUNT,
    permission=Permission.ACCOUNT,
    layout=layout,
)
