"""`/operations`: files on their way in, and their receipts."""

from dash.development.base_component import Component

from components.rights.imports.receipt import elsewhere_page
from components.runs import run_page, runs_page
from data.access import Permission, Viewer
from data.db import Session
from data.errors import NotFound
from data.runs import queries
from data.runs.types import RunKind
from i18n import N_
from pages.page import Page


def layout(*, db: Session, viewer: Viewer, run: str = "", **_query: str) -> Component:
    if run:
        row = queries.get_run(db, viewer, run_id(run))
        return run_page(row) if row.kind is RunKind.READINGS else elsewhere_page(row)
    rows = queries.list_runs(db, viewer)
    return runs_page(rows, may_import=viewer.may(Permission.READINGS_IMPORT))


def run_id(text: str) -> int:
    """The number in a URL; anything else is simply not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ce fichier est introuvable."))
    return int(text)


PAGE = Page(
    path="/operations",
    name="runs",
    title=N_("Opérations"),
    menu=N_("Opérations"),
    permission=Permission.RUNS_READ,
    layout=layout,
    shots=("", "?run={run}"),
)
