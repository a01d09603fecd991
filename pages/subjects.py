"""`/compte/donnees`: the viewer's personal data."""

from dash.development.base_component import Component

from components.subjects.page import subject_page
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from data.subjects.queries.requests import find_erasure, list_own
from data.subjects.types import Periods
from pages.page import PageSpec


def layout(
    *, db: Session, viewer: Viewer, periods: Periods, fait: str = "", **_query: str
) -> Component:
    return subject_page(viewer, list_own(db, viewer), find_erasure(db, viewer), periods, done=fait)


PAGE = PageSpec(
    path="/compte/donnees",
    name="subjects",
    title=N_("Mes données"),
    permission=Permission.ACCOUNT,
    layout=layout,
    wants=("periods",),
)
