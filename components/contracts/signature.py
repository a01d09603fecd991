"""Render the signature step: text, agreement, code sent by mail and legal value."""

from datetime import datetime

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.accounts_security import ROLES
from components.contracts.ids import Ids
from components.kit import button, card, data, definition_list, html, icon, text_field
from core.access import Role, Viewer
from core.i18n import _, hour
from data.contracts.rules.codes import party_words
from data.contracts.rules.labels import EIDAS
from data.contracts.types import CodeSent, ContractDetail, Party, TextKind, TextRow

_SHOWN = 16  # characters of a digest, for comparison


def signature_card(viewer: Viewer, detail: ContractDetail, text: TextRow) -> Component:
    """Return the signature card of the next signer: the client, then an account manager."""
    party = Party.OPERATOR if viewer.staff else Party.CLIENT
    title = _("Contresigner") if party is Party.OPERATOR else _("Signer")
    return html.Div(
        card(
            [
                definition_list(_facts(viewer, text, party)),
                _consent(text, party),
                html.Div(
                    button(_("Recevoir le code"), id=Ids.ASK_CODE, icon="envelope", kind="primary"),
                    className="contracts-ask-code",
                ),
                html.Div(id=Ids.CODE_BOX, className="contracts-code-box"),
                legal_value(),
                dcc.Store(id=Ids.SIGNING, data={"uid": detail.row.uid, "seen": text.sha256}),
            ],
            title=title,
            actions=_refusal(detail, party),
        ),
        className="contracts-signature",
    )


def _facts(viewer: Viewer, text: TextRow, party: Party) -> list[tuple[str, str]]:
    """List the facts of the signature: signer, party and digest of the document."""
    paper, client = text.paper, party is Party.CLIENT
    who = f"{paper.representative}, {paper.function}" if client else viewer.name
    what = _("Contrat {number}", number=paper.number)
    if text.number:
        what = _("Avenant n° {rank} du contrat {number}", rank=text.number, number=paper.number)
    return [
        (_("Document"), what),
        (_("Signataire"), who),
        (_("Au nom de"), paper.organisation if client else paper.operator),
        *([(_("Adresse du code"), paper.email)] if client else []),
        (_("Empreinte SHA-256"), f"{text.sha256[:_SHOWN]}…"),
        *_guests(text),
    ]


def _guests(text: TextRow) -> list[tuple[str, str]]:
    """List the people whom this signature invites."""
    if text.kind is TextKind.AMENDMENT or not text.invites:
        return []
    who = (
        _("{email} ({role})", email=invite.email, role=_(ROLES[Role(invite.role)]))
        for invite in text.invites
    )
    return [(_("Invités à l’entrée en vigueur"), ", ".join(who))]


def _consent(text: TextRow, party: Party) -> Component:
    paper = text.paper
    sentence = _(party_words(party), organisation=paper.organisation, operator=paper.operator)
    return html.Div(
        [
            dbc.Checkbox(id=Ids.CONSENT, label=sentence, value=False),
            html.P(id=f"{Ids.CONSENT}-error", className="field-error", role="alert"),
        ],
        className="contracts-consent",
    )


def legal_value() -> Component:
    """Return the eIDAS level of the signature, explained."""
    return html.Div(
        [
            icon("info-circle"),
            html.Div([html.B(_("Ce que vaut cette signature")), html.P(_(EIDAS))]),
        ],
        className="contracts-worth",
    )


def _refusal(detail: ContractDetail, party: Party) -> list[Component]:
    act = "refuse_signature" if party is Party.OPERATOR else "refuse"
    asks = data(contracts="ask", act=act, uid=detail.row.uid)
    return [button(_("Refuser…"), kind="danger", small=True, **asks)]


def code_box(sent: CodeSent, uid: str, seen_mark: str, now: datetime) -> list[Component]:
    """Return where the code was sent, its validity and the field to enter it."""
    until = hour(sent.expires_at)
    countdown = html.Span(
        className="contracts-left tabular",
        **data(
            contracts="left",
            seconds=str(int((sent.expires_at - now).total_seconds())),
            words=_("Il sert jusqu’à {hour}. Encore {left}.", hour=until, left="{left}"),
            over=_("Ce code a expiré : demandez-en un autre."),
            dead=_("Ce code n’est plus valable : demandez-en un autre."),
        ),
    )
    return [
        html.P([_("Code envoyé à {to}.", to=sent.to), " ", countdown], role="status"),
        text_field(
            Ids.CODE,
            _("Code reçu par courriel"),
            hint=_("6 chiffres. Rien reçu ? Regardez les indésirables, puis demandez-en un autre."),
            autocomplete="one-time-code",
            inputmode="numeric",
            maxLength=12,
        ),
        *(_application() if sent.second_factor else []),
        html.P(className="field-error contracts-problem", role="alert"),
        button(
            _("Signer"),
            kind="primary",
            icon="pen",
            **data(
                contracts="sign",
                does="sign",
                uid=uid,
                seen=seen_mark,
                lost=_("La connexion a été interrompue : rien n’est perdu, appuyez de nouveau."),
            ),
        ),
    ]


def _application() -> list[Component]:
    return [
        text_field(
            Ids.APP_CODE,
            _("Code de votre application d’authentification"),
            hint=_("6 chiffres, comme à la connexion."),
            autocomplete="off",
            inputmode="numeric",
            maxLength=20,
        )
    ]
