"""Render the downloads of a contract: each sealed text, the evidence of each signature."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.contracts.labels import LEVELS, METHODS, address, named, span, state_chip
from components.contracts.paper import text_address
from components.kit import aria, chip, html, link
from components.kit.display import Tone
from core.access import Viewer
from core.i18n import _, clock
from data.contracts.rules.labels import TEXTS
from data.contracts.types import (
    ContractDetail,
    ContractRow,
    Party,
    SignatureRow,
    TextRow,
    TextState,
)

_PARTIES = {Party.CLIENT: "client", Party.OPERATOR: "distributeur"}


def documents(viewer: Viewer, detail: ContractDetail) -> Component:
    """Return the texts of a contract, latest first.

    During an impersonation, evidence files cannot be downloaded.
    """
    if not detail.texts:
        return html.P(_("Rien n’est encore proposé à la signature."), className="soft")
    return html.Ul(
        [_text(text, evidence=not viewer.behind) for text in detail.texts],
        className="contracts-documents",
    )


def _text(text: TextRow, *, evidence: bool) -> Component:
    name = _("Contrat {number}", number=text.paper.number)
    if text.number:
        name = _("Avenant n° {rank}", rank=text.number)
    if text.round > 1:
        name = _("{name}, version {round}", name=name, round=text.round)
    tone: Tone = "ok" if text.state is TextState.COUNTERSIGNED else "mute"
    pdf = link(_("PDF"), f"{text_address(text.uid)}/pdf", download=True)
    return html.Li(
        [
            html.Div(
                [html.B(name), chip(_(TEXTS[text.state]), tone=tone), pdf],
                className="contracts-document",
            ),
            *[_signature(text, signature, evidence=evidence) for signature in text.signatures],
        ]
    )


def _signature(text: TextRow, signature: SignatureRow, *, evidence: bool) -> Component:
    who = _("Signé par {name}, {function}", name=signature.name, function=signature.function)
    how = _("{when} ; {method}.", when=clock(signature.at), method=_(METHODS[signature.method]))
    party = _PARTIES[signature.party]
    proof = link(
        _("Dossier de preuve"),
        f"{text_address(text.uid)}/preuve?partie={party}",
        download=True,
        **aria(label=_("Dossier de preuve de la signature de {name}", name=signature.name)),
    )
    return html.Div(
        [
            html.P(who),
            html.P([how, " ", _(LEVELS[signature.level])], className="soft"),
            *([html.P(proof)] if evidence else []),
        ],
        className="contracts-signed",
    )


def history(rows: Sequence[ContractRow], here: str) -> Component:
    """Return all contracts of an organisation, with the one shown marked."""
    return html.Ul([_contract(row, here) for row in rows], className="contracts-documents")


def _contract(row: ContractRow, here: str) -> Component:
    name = html.B(named(row)) if row.uid == here else link(named(row), address(row.uid))
    return html.Li(
        [
            html.Div([name, state_chip(row.state)], className="contracts-document"),
            html.P(span(row.starts_on, row.ends_on), className="soft"),
        ]
    )
