"""`/operations`: deposited files, the check of a deposit, and its receipt."""

from dash.development.base_component import Component

from components.rights.imports.receipt import elsewhere_page
from components.runs import check_page, run_page, runs_page
from core.access import Permission
from core.i18n import N_
from data.metering.consumption.queries.deposits import (
    get_check,
    get_receipt,
    list_sites,
    map_site_names,
)
from data.request import Request
from data.runs import queries
from data.runs.types import RunKind
from pages.page import PageSpec, Section, read_key

GONE = N_("Ce fichier est introuvable.")


def layout(
    request: Request, *, run: str = "", at: str = "", pce: str = "", **_query: str
) -> Component:
    db, viewer = request.db, request.viewer
    if not run:
        rows = queries.list_runs(db, viewer)
        may_import = viewer.may(Permission.READINGS_IMPORT)
        sites = list_sites(db, viewer, pce[:40]) if may_import else None
        return runs_page(viewer, rows, map_site_names(db, viewer, rows), request.now, sites, pce)
    row = queries.get_run(db, viewer, read_key(run, GONE))
    if row.kind is not RunKind.READINGS:
        return elsewhere_page(row)
    if not row.is_open:
        return run_page(get_receipt(db, viewer, row.id), request.now, viewer.theme)
    return check_page(get_check(db, viewer, row.id, at), viewer.theme)


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
