"""Sign a contract: check the code, seal outside any transaction, then store."""

from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.context import open_writing, portal, viewer_now
from api.session import field
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, _
from data.contracts import actions, queries
from data.contracts.actions.codes import APP_NEEDED
from data.contracts.types import Attempt, Party, StoredPdf, Typed
from data.controls.files.storage import read_piece
from data.identity.accounts.actions import raise_alarm
from data.identity.accounts.types import SignInPlace, TypedCode
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("signing", __name__)
_NO_CONSENT = N_("Cochez d’abord la phrase de consentement.")
_WRONG = 422


@routes.post("/api/contrats/<uuid:contract>/signature")
def sign(contract: UUID) -> ResponseReturnValue:
    """Sign for the client or, as an account manager, countersign; repeating has no effect.

    An error names its `field`: `code`, or `app` for the application's code; `dead` means that no
    code is accepted any more.
    """
    viewer = viewer_now()
    party = Party.OPERATOR if viewer.staff else Party.CLIENT
    viewer.require(Permission.CONTRACTS_READ)
    if field("consentement") != "1":
        raise Invalid(_NO_CONSENT)
    attempt = _proved(str(contract), party)
    if attempt.problem is not None:
        message, blanks = attempt.problem
        of_app = attempt.alarm or message == APP_NEEDED
        at = "app" if of_app else "code"
        return jsonify(error=_(message, **blanks), field=at, dead=attempt.dead), _WRONG
    stored = _sealed(attempt)
    keep = actions.countersign if party is Party.OPERATOR else actions.sign
    with open_writing() as context:
        uid = keep(context.db, viewer, attempt, stored, now=context.now)
        version = queries.find_contract(context.db, viewer, uid).row.version
    return jsonify(uid=uid, version=version), 201


def _proved(uid: str, party: Party) -> Attempt:
    """Return the attempt with the typed code, which is counted whatever its result."""
    here = portal()
    with open_writing() as context:
        db, viewer, now = context.db, context.viewer, context.now
        typed = Typed(field("code"), field("vu"), context.ip, field("code_application"))
        attempt = actions.prove(
            *(db, viewer, uid, typed),
            party=party,
            limits=here.limits,
            key=here.sealing_key,
            now=now,
        )
        if attempt.alarm:
            code = TypedCode(viewer.user_id, SignInPlace.ACCOUNT, "")
            if raise_alarm(db, code, now, here.limits):
                queue(db, viewer.user_id, NotificationKind.CODES_GUESSED, now)
    return attempt


def _sealed(attempt: Attempt) -> StoredPdf:
    """Return the stored text with one more seal; repeated requests leave orphaned files."""
    papers, text = portal().papers, attempt.text
    if text is None:
        raise Invalid(_NO_CONSENT)
    if attempt.signing is None:
        return StoredPdf(text.storage_key, text.sha256)
    with portal().running.one_more(viewer_now().user_id):
        content = read_piece(papers.storage, text.storage_key, text.sha256)
        return papers.sealed(content, attempt.signing)
