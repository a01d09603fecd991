"""`/controles`: what is to be proved, and what is to be decided."""

from datetime import datetime

from dash.development.base_component import Component

from components.kit import page
from data.access import Permission, Viewer
from data.db import Session
from i18n import N_, _
from pages.controls_staff import staff_layout
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, now: datetime, **query: str) -> Component:
    if viewer.staff:
        return staff_layout(db=db, viewer=viewer, now=now, query=query)
    return page(_("Contrôles"), _("Voir quelles preuves sont attendues, et avant quand."))


PAGE = Page(
    path="/controles",
    name="controls",
    title=N_("Contrôles"),
    menu=N_("Contrôles"),
    permission=Permission.CONTROLS_READ,
    layout=layout,
    shots=("",),
    wants=("now",),
)
