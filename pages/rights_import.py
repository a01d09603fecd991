"""`/droits/import`: a file of declarations, step by step, then its receipt."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.contracts.contract_required import contract_needed
from components.kit import page_of
from components.rights.imports.check import check_page
from components.rights.imports.confirm import confirm_page
from components.rights.imports.file import IMPORTS_SHOWN, file_page
from components.rights.imports.lines import LinePage
from components.rights.imports.mapping import columns_page
from components.rights.imports.receipt import receipt_page
from components.rights.imports.steps import WORDS, ImportStep
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_, _
from data.exchange.mirror.queries.outgoing import get_outgoing
from data.exchange.mirror.queries.queued import is_unleft
from data.request import Request
from data.rights import queries
from data.rights.actions import preview
from data.rights.types import CheckTerms, Lines, Purpose, Receipt
from data.runs.files import folder_of
from data.runs.queries import get_run
from data.runs.types import RunState
from pages.page import PageSpec, Section, read_key
from pages.runs import GONE


def layout(request: Request, *, run: str = "", **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if not run and not viewer.staff:
        viewer.require(Permission.RIGHTS_DECLARE)
    if not run:
        return _files(db, viewer, query)
    number = read_key(run, GONE)
    if get_run(db, viewer, number).state is not RunState.DRAFT:
        return receipt_page(
            *_receipt(db, viewer, number, query), request.now, get_outgoing(db, viewer)
        )
    terms = CheckTerms(request.delays, request.now, request.spend)
    import_preview = preview(db, viewer, number, folder_of(request.portal.var), terms)
    step = WORDS.get(query.get("step", ""), ImportStep.CHECK)
    if import_preview.missing or step is ImportStep.COLUMNS:
        return columns_page(import_preview)
    if step is ImportStep.CONFIRM:
        return confirm_page(
            import_preview,
            get_outgoing(db, viewer),
            request.portal.upstream.a_day if request.portal.upstream else 0,
        )
    return check_page(import_preview)


def _files(db: Session, viewer: Viewer, query: Mapping[str, str]) -> Component:
    purpose_text, page = query.get("purpose", ""), page_of(query.get("page"))
    purpose = Purpose(purpose_text) if purpose_text in set(Purpose) else Purpose.RIGHTS
    # One more than shown, to know whether others follow.
    imports = queries.list_imports(db, viewer, IMPORTS_SHOWN + 1, offset=(page - 1) * IMPORTS_SHOWN)
    reads = not viewer.may(Permission.RIGHTS_DECLARE)
    needed = contract_needed(viewer, _("Vous pouvez déjà contrôler un fichier, sans le confirmer."))
    return file_page(imports, purpose, page, staff=reads, needed=needed)


def _receipt(
    db: Session, viewer: Viewer, run: int, query: Mapping[str, str]
) -> tuple[Receipt, LinePage]:
    lines_text, page = query.get("lines", ""), page_of(query.get("page"))
    which = Lines(lines_text) if lines_text in set(Lines) else Lines.ALL
    lines = queries.list_lines(db, viewer, run, which, page)
    unleft = is_unleft(db, viewer, run)
    return queries.get_import_receipt(db, viewer, run, unleft=unleft), LinePage(lines, which, page)


PAGE = PageSpec(
    path="/droits/import",
    name="rights_import",
    title=N_("Importer des droits"),
    section=Section.ACCESS,
    permission=Permission.RIGHTS_READ,
    layout=layout,
    shots=("",),
)
