"""`/compte/donnees`: what is kept about me."""

from dash.development.base_component import Component

from components.subjects.page import subject_page
from data.access import Permission, Viewer
from data.db import Session
from data.subjects.queries.requests import find_erasure, list_own
from data.subjects.types import Periods
from i18n import N_
from pages.page import Page


def layout(
    *, db: Session, viewer: Viewer, periods: Periods, fait: str = "", **_query: str
) -> Component:
    return subject_page(viewer, list_own(db, viewer), find_erasure(db, viewer), periods, done=fait)


PAGE = Page(
    path="/compte/donnees",
    name="subjects",
    title=N_("Mes données"),
    permission=Permission.ACCOUNT,
    layout=layout,
    wants=("periods",),
)
