"""`/droits/import`: a file of declarations, step by step, then its receipt for ever."""

from datetime import datetime
from pathlib import Path

from dash.development.base_component import Component

from components.rights.imports.check import check_page
from components.rights.imports.confirm import confirm_page
from components.rights.imports.file import file_page
from components.rights.imports.mapping import columns_page
from components.rights.imports.receipt import receipt_page
from components.rights.imports.steps import WORDS, Step
from data.access import Permission, Viewer
from data.db import Session
from data.rights import queries
from data.rights.actions import preview
from data.rights.types import Delays, Purpose, Spend
from data.runs.queries import get_run
from data.runs.types import RunState
from i18n import N_
from pages.page import Page
from pages.runs import run_id


def layout(  # noqa: PLR0913 (what the portal tells a page)
    *,
    db: Session,
    viewer: Viewer,
    now: datetime,
    delays: Delays,
    folder: Path,
    spend: Spend,
    run: str = "",
    **query: str,
) -> Component:
    viewer.require(Permission.RIGHTS_READ if run else Permission.RIGHTS_WRITE)
    if not run:
        asked = query.get("purpose", "")
        purpose = Purpose(asked) if asked in set(Purpose) else Purpose.RIGHTS
        return file_page(queries.list_imports(db, viewer, limit=10), purpose)
    number = run_id(run)
    if get_run(db, viewer, number).state is not RunState.DRAFT:
        return receipt_page(queries.receipt(db, viewer, number))
    found = preview(db, viewer, number, folder, delays=delays, now=now, spend=spend)
    step = WORDS.get(query.get("step", ""), Step.CHECK)
    if found.missing or step is Step.COLUMNS:
        return columns_page(found)
    return confirm_page(found) if step is Step.CONFIRM else check_page(found)


PAGE = Page(
    path="/droits/import",
    name="rights_import",
    title=N_("Importer des droits"),
    permission=Permission.RIGHTS_READ,
    layout=layout,
    shots=("",),
    wants=("now", "delays", "folder", "spend"),
)
