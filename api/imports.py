"""Receive files of declarations; serve their template and their rejected lines."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.deposits import admit, counted, expect_form, incoming
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _, set_language
from data.rights import actions, queries
from data.rights.files import write_lines, write_rejects, write_template
from data.rights.files.parser import MOST_LINES
from data.rights.types import CheckTerms, Purpose, Rejects, TemplateContents
from data.runs.files import folder_of
from data.runs.queries import get_run
from data.runs.types import RunState, StoredUpload

routes = Blueprint("imports", __name__)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@routes.get("/droits/import/depot")
def announce() -> ResponseReturnValue:
    """Check a file of so many `octets` before it is sent."""
    admit(counted("files"), counted("octets"), Permission.RIGHTS_DECLARE)
    return "", 204


@routes.post("/droits/import/depot")
def receive() -> ResponseReturnValue:
    """Receive one file and open a draft of its declarations; answer 201 with the run's id."""
    expect_form(Permission.RIGHTS_DECLARE)
    with incoming(MOST_LINES) as files:
        if len(files) != 1:
            raise Invalid(N_("Déposez un seul fichier à la fois."))
        [(name, file)] = files
        run = _opened(file.keep(name))
    return jsonify(said=_("Fichier lu : voyez ses colonnes."), run=run), 201


def _opened(stored_file: StoredUpload) -> int:
    purpose = _purpose()
    folder, limits = folder_of(portal().var), portal().deposits
    with open_reading() as context:  # a large file takes seconds: nobody waits for them
        table = actions.table_of(context.db, context.viewer, stored_file, folder)
    with open_writing() as context:
        db, viewer, now = context.db, context.viewer, context.now
        return actions.open_import(
            db, viewer, stored_file, limits, folder, purpose=purpose, now=now, table=table
        )


def _purpose() -> Purpose:
    """Return the purpose of the file, from the address."""
    purpose_code = request.args.get("purpose", "")
    return Purpose(purpose_code) if purpose_code in set(Purpose) else Purpose.RIGHTS


@routes.get("/droits/import/modele")
def template() -> Response:
    """Serve a template with every column; with `mine`, a line for each selected PCE."""
    with open_reading(Permission.RIGHTS_DECLARE) as context:
        set_language(context.viewer.language)
        ending = _ending()
        fill_code = request.args.get("mine", "")
        which = (
            TemplateContents(fill_code)
            if fill_code in set(TemplateContents)
            else TemplateContents.ALL
        )
        rows = queries.list_template_rows(context.db, context.viewer, which) if fill_code else []
    body = write_template(rows, as_xlsx=ending == "xlsx", purpose=_purpose())
    return _file(body, "modele-droits", ending)


@routes.get("/droits/import/rejets")
def rejects() -> Response:
    """Serve the rejected lines of an import in the format of its file, with the reasons."""
    viewer = viewer_now()
    set_language(viewer.language)
    ending, run = _ending(), _run()
    body = write_rejects(_rejected(run), as_xlsx=ending == "xlsx")
    return _file(body, f"rejets-{run}", ending)


@routes.get("/droits/import/lignes")
def lines() -> Response:
    """Serve every line of an import with its outcome, reason and repairs."""
    with open_reading(streams=True) as context:
        set_language(context.viewer.language)
        ending, run = _ending(), _run()
        imported_lines = queries.iter_imported_lines(context.db, context.viewer, run)
        body = write_lines(imported_lines, as_xlsx=ending == "xlsx")
    return _file(body, f"import-{run}", ending)


def _rejected(run: int) -> Rejects:
    """Return the rejects of the receipt; for a draft, those of a confirmation now."""
    with open_reading() as context:
        db, viewer, folder = context.db, context.viewer, folder_of(context.portal.var)
        if get_run(db, viewer, run).state is RunState.DRAFT:
            terms = CheckTerms(context.delays, context.now, context.spend)
            return actions.preview_rejects(db, viewer, run, folder, terms)
        return queries.get_rejected_lines(db, viewer, run)


def _run() -> int:
    text = request.args.get("run", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        raise NotFound(N_("Cet import est introuvable."))
    return int(text)


def _ending() -> str:
    ending = request.args.get("format", "xlsx")
    if ending not in TYPES:
        raise Invalid(N_("Ce format d’export n’existe pas."))
    return ending


def _file(body: bytes, name: str, ending: str) -> Response:
    answer = Response(body, mimetype=TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer
