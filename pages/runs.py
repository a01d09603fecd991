"""`/operations`: deposited files, the check of a deposit, and its receipt."""

from dash.development.base_component import Component

from components.rights.imports.receipt import elsewhere_page
from components.runs import check_page, run_page, runs_page
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_
from data.metering.consumption.queries.deposits import get_check, get_receipt, map_site_names
from data.request import Request
from data.runs import queries
from data.runs.types import RunKind
from pages.page import PageSpec, Section


def layout(request: Request, *, run: str = "", at: str = "", **_query: str) -> Component:
    db, viewer = request.db, request.viewer
    if not run:
        rows = queries.list_runs(db, viewer)
        names, may_import = map_site_names(db, viewer, rows), viewer.may(Permission.READINGS_IMPORT)
        return runs_page(rows, names, request.now, may_import=may_import)
    row = queries.get_run(db, viewer, run_id(run))
    if row.kind is not RunKind.READINGS:
        return elsewhere_page(row)
    if not row.is_open:
        return run_page(get_receipt(db, viewer, row.id), request.now, viewer.theme)
    return check_page(get_check(db, viewer, row.id, at), viewer.theme)


def run_id(text: str) -> int:
    """Return the number of a URL; raise NotFound if invalid."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Ce fichier est introuvable."))
    return int(text)


PAGE = PageSpec(
    path="/operations",
    name="runs",
    title=N_("Relevés"),
    section=Section.READINGS,
    menu=N_("Relevés"),
    several=True,
    permission=Permission.RUNS_READ,
    layout=layout,
    shots=("", "?run={run}", "?run={draft}"),
)
