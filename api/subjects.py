"""Request, download and erase one's personal data; serve the privacy page."""

import base64
from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.password import prove_current
from api.session import field
from core.access import Permission
from core.errors import Conflict, Invalid, PortalError
from core.i18n import N_, PARIS, _, long_day, plural
from data.administration.subjects import actions
from data.administration.subjects.files import folder_of, path_of
from data.administration.subjects.queries.orphans import find_orphaned_duties, is_needed
from data.administration.subjects.queries.requests import (
    find_erasure,
    get_archive,
    list_closing_effects,
)
from data.administration.subjects.rules.classes import BASES, RULES, rule_of
from data.administration.subjects.rules.requests import WORD, check_word
from data.administration.subjects.rules.spans import span_words
from data.administration.subjects.types import (
    ClassRule,
    DataClass,
    ErasureCount,
    IdentityCheck,
    RequestKind,
    SubjectRequestForm,
)

routes = Blueprint("subjects", __name__)
_MINE = "/compte/donnees"
_ADMIN = "/admin/donnees"
_DONE = "/admin?part=data&fait=demande"
CHECKS = {
    IdentityCheck.REPLY: N_("Elle a répondu depuis cette adresse même"),
    IdentityCheck.CALLED: N_("Rappelée à un numéro déjà connu"),
    IdentityCheck.PAPER: N_("Pièce d’identité présentée"),
}
KINDS = {
    RequestKind.EXPORT: N_("Lui donner tout ce qui est gardé sur elle"),
    RequestKind.ERASURE: N_("L’effacer"),
}


@routes.get("/confidentialite")
def privacy() -> str:
    """Show what is kept, why and how long: the table used by the nightly deletion."""
    here = portal()
    classes = [
        (_(rule.what), _(rule.purpose), _(BASES[rule.basis]), span_words(rule, here.periods))
        for rule in RULES
    ]
    return render_template(
        "privacy.html",
        classes=classes,
        address=here.settings.address,
        contact=here.privacy_contact or here.settings.email or here.mail_from,
        phone=here.settings.phone,
        periods=here.periods,
        limits=here.limits,
        factor=here.factors.required,
        archive=plural("{count} jour", "{count} jours", here.periods.file_days),
        delay=plural("{count} jour", "{count} jours", here.periods.erasure_days),
    )


@routes.get(f"{_MINE}/demande")
def show_export() -> str:
    return _export_page()


@routes.post(f"{_MINE}/demande")
def ask_export() -> ResponseReturnValue:
    """Request the archive, after a password check."""
    viewer = viewer_now()
    try:
        proof = prove_current(viewer)
        with open_writing() as context:
            actions.ask_export(context.db, viewer, proof, now=context.now)
    except PortalError as error:
        return _export_page(_(error.message, **error.params)), error.status
    return redirect(f"{_MINE}?fait=demande", 303)


def _export_page(problem: str = "") -> str:
    days = portal().periods.file_days
    retention_label = plural("{count} jour", "{count} jours", days)
    return render_template("data_asked.html", problem=problem, kept=retention_label)


@routes.get(f"{_MINE}/effacement")
def show_erasure() -> ResponseReturnValue:
    with open_reading() as context:
        if find_erasure(context.db, context.viewer):
            return redirect(_MINE, 303)
    return _erasure_page()


@routes.post(f"{_MINE}/effacement")
def ask_erasure() -> ResponseReturnValue:
    """Request the erasure of the account; the word is checked before the password."""
    viewer, word = viewer_now(), field("word")
    try:
        check_word(word)
        proof = prove_current(viewer)
        with open_writing() as context:
            actions.ask_erasure(
                context.db, viewer, proof, word, periods=context.portal.periods, now=context.now
            )
    except PortalError as error:
        return _erasure_page(_(error.message, **error.params)), error.status
    return redirect(f"{_MINE}?fait=effacement", 303)


def _erasure_page(problem: str = "") -> str:
    """Return the page with what would be erased or kept, and why."""
    with open_reading() as context:
        db, viewer, periods = context.db, context.viewer, context.portal.periods
        goes = list_closing_effects(db, viewer)
        needed = is_needed(db, viewer, viewer.user_id)
        alone = find_orphaned_duties(db, viewer, context.now)
    shared = shared_of(goes)
    rules = [(category, rule_of(category.key)) for category in goes]
    erased = [
        _("{what} (votre part)", what=_(rule.what)) if category.key in shared else _(rule.what)
        for category, rule in rules
        if category.erased
    ]
    retained_rows = [
        (kept_words(rule, shared), _(BASES[rule.basis]), span_words(rule, periods))
        for category, rule in rules
        if not category.erased
    ]
    delay = plural("{count} jour", "{count} jours", periods.erasure_days)
    return render_template(
        "data_erased.html",
        problem="" if needed else problem,
        heirs=f"/admin?organisation={viewer.organisation_id}" if needed else "",
        organisation=viewer.organisation,
        alone=alone,
        invites="/admin" if viewer.may(Permission.PEOPLE_WRITE) else "",
        until=long_day(alone.contracted_until) if alone and alone.contracted_until else "",
        guests=guests_text(alone.invitations) if alone and alone.invitations else "",
        erased=erased,
        kept=retained_rows,
        delay=delay,
        word=_(WORD),
    )


def shared_of(goes: Sequence[ErasureCount]) -> frozenset[DataClass]:
    """Return the classes that would be partly erased and partly kept."""
    gone = {category.key for category in goes if category.erased}
    return frozenset(
        category.key for category in goes if not category.erased and category.key in gone
    )


def kept_words(rule: ClassRule, shared: frozenset[DataClass]) -> str:
    what = _(rule.what)
    if rule.key not in shared:
        return what
    return _("{what} (la part de l’organisation ou d’autres personnes)", what=what)


def guests_text(count: int) -> str:
    return plural(
        "{count} invitation est en attente : la personne qui l’accepterait serait seule dans"
        " l’organisation.",
        "{count} invitations sont en attente : les personnes qui les accepteraient seraient"
        " seules dans l’organisation.",
        count,
    )


@routes.post(f"{_MINE}/<int:number>/annulation")
def cancel(number: int) -> ResponseReturnValue:
    """Cancel a waiting erasure."""
    with open_writing() as context:
        actions.cancel(context.db, context.viewer, number, now=context.now)
    back = field("back") == "admin"
    return redirect("/admin?part=data&fait=annulation" if back else f"{_MINE}?fait=annulation", 303)


@routes.get(f"{_MINE}/<int:number>/archive")
def download(number: int) -> Response:
    """Serve the archive to its subject, or to the operator who requested it for somebody else."""
    viewer = viewer_now()
    viewer.require_self()
    with open_reading() as context:
        stored = get_archive(context.db, viewer, number, context.now)
    path = path_of(folder_of(portal().var), stored.stored_name)
    if not path.is_file():
        raise Conflict(N_("Cette archive n’est plus sur le serveur : demandez-la à nouveau."))
    if request.method == "GET":
        with open_writing() as context:
            actions.note_download(context.db, viewer, number, now=context.now)
    day = stored.ended_at.astimezone(PARIS).date().isoformat()
    answer = send_file(
        path.resolve(),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"mes-donnees-{day}.zip",
        etag=stored.sha256,
        conditional=False,
    )
    digest = base64.b64encode(bytes.fromhex(stored.sha256)).decode("ascii")
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get(_ADMIN)
def show_for() -> str:
    viewer_now().require(Permission.ORGANISATIONS_WRITE)
    return _for_page({})


@routes.post(_ADMIN)
def ask_for() -> ResponseReturnValue:
    """Request for a person without an account, once their identity is checked."""
    viewer = viewer_now()
    viewer.require(Permission.ORGANISATIONS_WRITE)
    typed = {name: field(name) for name in ("kind", "email", "check", "reference")}
    try:
        subject_request = SubjectRequestForm(
            _kind(typed["kind"]), typed["email"], typed["check"], typed["reference"]
        )
        proof = prove_current(viewer)
        with open_writing() as context:
            db, periods = context.db, context.portal.periods
            actions.request_for_other(
                db, viewer, proof, subject_request, periods=periods, now=context.now
            )
    except PortalError as error:
        return _for_page(typed, _(error.message, **error.params)), error.status
    return redirect(_DONE, 303)


def _kind(text: str) -> RequestKind:
    try:
        return RequestKind(text)
    except ValueError:
        raise Invalid(N_("Choisissez ce qui est demandé.")) from None


def _for_page(typed: dict[str, str], problem: str = "") -> str:
    return render_template(
        "data_for.html",
        typed=typed,
        problem=problem,
        kinds={kind.value: _(words) for kind, words in KINDS.items()},
        checks={check.value: _(words) for check, words in CHECKS.items()},
        today=long_day(viewer_now().today),
    )
