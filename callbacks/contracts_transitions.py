"""Callbacks that confirm and apply contract transitions, from a refusal to a renewal."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.contracts_offer import day_of
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of
from callbacks.outputs import LOCATION, TOASTS
from components.contracts import Ids
from components.contracts.acts import ContractActForm, find_errors, question
from components.contracts.filters import moved_address
from components.contracts.signature import code_box
from components.kit import toast
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.contracts import actions, queries
from data.contracts.types import Amendment, OfferedText, Party, StoredPdf
from data.controls.files.storage import read_piece
from data.exports.queries import count_paused
from data.request import Request

on = CallbackGroup()
Said = Mapping[str, Any]
_NO_CONSENT = N_("Cochez d’abord cette phrase : le code ne part qu’ensuite.")


def said_of(confirmed: Said | None, name: str) -> str:
    return str((confirmed or {}).get(name) or "")


def seen_version(confirmed: Said | None) -> int:
    text = said_of(confirmed, "version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


@on(Output(Ids.ASK, "children"), Input(Ids.ASKED, "data"), permission=Permission.CONTRACTS_READ)
def ask(asked: Sent, *, request: Request) -> list[Component]:
    """Return the confirmation of an action; without action, an empty one."""
    db, viewer = request.db, request.viewer
    if asked is None:
        raise PreventUpdate
    if not asked.get("act"):
        return []
    return question(viewer, asked_of(db, viewer, asked))


def asked_of(
    db: Session, viewer: Viewer, said: Said, errors: Mapping[str, str] | None = None
) -> ContractActForm:
    """Return the form of an action. Raise NotFound if the viewer cannot see the contract."""
    act, uid = said_of(said, "act"), uid_of(said)
    detail = queries.find_contract(db, viewer, uid)
    typed = {str(name): str(value) for name, value in said.items()}
    if act != "terminate":
        return ContractActForm(act, detail, typed=typed, errors=errors or {})
    falls = queries.count_ending_consequences(db, viewer, uid)
    exports = count_paused(db, viewer, detail.row.organisation_id)
    return ContractActForm(act, detail, falls, exports, typed=typed, errors=errors or {})


def write(confirmed: Sent, *, request: Request) -> tuple[Amendment, StoredPdf, str] | None:
    """Store the PDF of an amendment before the database is changed; None for other actions."""
    from data.contracts.files.amendment import amend  # the libraries of signatures

    db, viewer = request.db, request.viewer
    if said_of(confirmed, "act") != "amend" or asks_again(db, viewer, confirmed or {}):
        return None
    base = actions.amendment_base(db, viewer, uid_of(confirmed))
    papers, amendment = request.portal.papers, amendment_of(confirmed or {}, base)
    before = read_piece(papers.storage, base.storage_key, base.sha256)
    return amendment, papers.load_stored(amend(before, amendment)), base.sha256


def amendment_of(said: Said, base: OfferedText) -> Amendment:
    subject, text = said_of(said, "subject").strip(), said_of(said, "text").strip()
    return Amendment(base.number, subject, text, day_of(said_of(said, "day")) or date.min)


@on(
    Output(Ids.ASK, "children", allow_duplicate=True),
    LOCATION,
    TOASTS,
    Input(Ids.CONFIRMED, "data"),
    permission=Permission.CONTRACTS_READ,
    writes=True,
    before=write,
)
def act(
    confirmed: Sent, *, ready: tuple[Amendment, StoredPdf, str] | None, request: Request
) -> tuple[Any, Any, Any]:
    """Apply a confirmed action, or return the form with its errors."""
    db, viewer = request.db, request.viewer
    act_data = confirmed or {}
    verb = ACTS.get(said_of(act_data, "act"))
    if verb is None:
        raise PreventUpdate
    wrong = asks_again(db, viewer, act_data)
    if wrong is not None:
        return question(viewer, wrong), no_update, no_update
    uid, done = verb(request, act_data, ready)
    row = queries.find_contract(db, viewer, uid).row
    search = dict(parse_qsl(said_of(act_data, "search").removeprefix("?")))
    return [], moved_address(search, uid, row.version, staff=viewer.staff), toast(_(done))


def asks_again(db: Session, viewer: Viewer, said: Said) -> ContractActForm | None:
    """Return the form with errors, None if it is valid."""
    act_question = asked_of(db, viewer, said)
    errors = find_errors(act_question, viewer.today)
    return asked_of(db, viewer, said, errors) if errors else None


Ready = tuple[Amendment, StoredPdf, str] | None


def take_back(request: Request, said: Said, _ready: Ready) -> tuple[str, str]:
    actions.take_back(
        request.db, request.viewer, uid_of(said), version=seen_version(said), now=request.now
    )
    return uid_of(said), N_("Texte retiré")


def refuse(request: Request, said: Said, _ready: Ready) -> tuple[str, str]:
    db, viewer = request.db, request.viewer
    uid, reason = uid_of(said), said_of(said, "reason")
    refused = actions.refuse_signature if viewer.staff else actions.refuse
    refused(db, viewer, uid, reason, version=seen_version(said), now=request.now)
    return uid, N_("Refus enregistré")


def terminate(request: Request, said: Said, _ready: Ready) -> tuple[str, str]:
    uid, reason = uid_of(said), said_of(said, "reason")
    actions.terminate(
        request.db, request.viewer, uid, reason, version=seen_version(said), now=request.now
    )
    return uid, N_("Contrat résilié")


def renew(request: Request, said: Said, _ready: Ready) -> tuple[str, str]:
    uid = actions.renew(
        request.db, request.viewer, uid_of(said), version=seen_version(said), now=request.now
    )
    return uid, N_("Renouvellement commencé")


def abandon(request: Request, said: Said, _ready: Ready) -> tuple[str, str]:
    uid = actions.abandon(
        request.db, request.viewer, uid_of(said), version=seen_version(said), now=request.now
    )
    return uid, N_("Renouvellement abandonné")


def amend(request: Request, said: Said, ready: Ready) -> tuple[str, str]:
    if ready is None:
        raise PreventUpdate
    uid, (amendment, stored, base) = uid_of(said), ready
    version = seen_version(said)
    actions.amend(
        request.db,
        request.viewer,
        uid,
        amendment,
        stored,
        base=base,
        version=version,
        now=request.now,
    )
    return uid, N_("Avenant envoyé à la signature")


ACTS: Mapping[str, Callable[[Request, Said, Ready], tuple[str, str]]] = {
    "take_back": take_back,
    "refuse": refuse,
    "refuse_signature": refuse,
    "terminate": terminate,
    "renew": renew,
    "abandon": abandon,
    "amend": amend,
}


@on.click(
    Ids.ASK_CODE,
    Output(Ids.CODE_BOX, "children"),
    Output(Ids.CONSENT_ERROR, "children"),
    Output(Ids.ASK_CODE, "children"),
    Output(Ids.ASK_CODE, "className"),
    State(Ids.CONSENT, "value"),
    State(Ids.SIGNING, "data"),
    permission=Permission.CONTRACTS_READ,
    writes=True,
)
def ask_code(
    consent: bool | None,  # noqa: FBT001 (the box's value)
    signing: Sent,
    *,
    request: Request,
) -> tuple[Any, str, Any, Any]:
    """Send the code once the consent is given."""
    if consent is not True:
        return no_update, _(_NO_CONSENT), no_update, no_update
    box = code_sent(request, signing or {})
    return box, "", _("Recevoir un autre code"), "btn btn-secondary"


def code_sent(request: Request, signing: Said) -> list[Component]:
    db, viewer = request.db, request.viewer
    party = Party.OPERATOR if viewer.staff else Party.CLIENT
    uid, seen_mark, at = uid_of(signing), said_of(signing, "seen"), request.now
    options: Mapping[str, Any] = {
        "party": party,
        "seen": seen_mark,
        "key": request.portal.sealing_key,
    }
    return code_box(actions.ask_code(db, viewer, uid, **options, now=at), uid, seen_mark, at)


on.client("contracts", "focusDialog", Input(Ids.ASK, "children"))
on.client("contracts", "focusCode", Input(Ids.CODE_BOX, "children"))
