"""Render the last step of a dossier: dates, text preview and sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dash import dcc
from dash.development.base_component import Component

from components.contracts.changes import changes_part
from components.contracts.ids import Ids
from components.contracts.paper import paper_text
from components.contracts.steps import step_address
from components.kit import alert, aria, button, card, date_field, html, link
from core.access import Viewer
from core.i18n import _, long_day
from data.contracts.rules.dates import AHEAD
from data.contracts.rules.labels import STEPS
from data.contracts.types import ContractDetail, ContractTerms, Paper, StepLine, TextComparison


@dataclass(frozen=True, slots=True)
class TextSending:
    """The text to send, and its changes since the previous version."""

    detail: ContractDetail
    terms: ContractTerms
    paper: Paper
    comparison: TextComparison


def lacking_card(lines: Sequence[StepLine]) -> Component:
    """Return the missing items before sending, each with a link to its step."""
    items = [
        html.Li([_(sentence, **blanks), " · ", link(_(STEPS[line.step]), step_address(line.step))])
        for line in lines
        for sentence, blanks in line.lacks
    ]
    body = alert(
        _("Il manque, avant d’envoyer :"), html.Ul(items, className="rights-lines"), "warn"
    )
    return card(body, title=_("Lire et envoyer le contrat"))


def begin_card() -> Component:
    """Return the button that creates the contract, when there is none in progress."""
    sentence = _("Le dossier est complet. Le contrat est composé à partir de ses réponses.")
    act = button(_("Composer le contrat"), id=Ids.BEGIN, kind="primary")
    return card(
        [html.P(sentence), html.Div(act, className="form-actions contracts-actions")],
        title=_("Votre contrat"),
    )


def waiting_card(starts_on: date, first: date) -> Component:
    """Return the message of a complete dossier that is too early to sign."""
    message = _(
        "Il prend la suite du contrat en vigueur, le {starts} : il se signe au plus un an"
        " avant, à partir du {day}. Vos réponses sont conservées ici ; rien à faire d’ici là.",
        starts=long_day(starts_on),
        day=long_day(first),
    )
    return card(alert(_("Trop tôt pour l’envoyer"), message), title=_("Lire et envoyer le contrat"))


def sending_card(viewer: Viewer, sending: TextSending) -> Component:
    row, last = sending.detail.row, viewer.today + timedelta(days=AHEAD)
    days = html.Div(
        [
            date_field(Ids.STARTS, _("Début"), sending.terms.starts_on, viewer.today, last),
            date_field(
                Ids.ENDS,
                _("Fin (facultatif)"),
                sending.terms.ends_on,
                viewer.today,
                hint=_("Vide : sans fin fixée."),
            ),
        ],
        className="contracts-pair",
    )
    sends = html.Div(
        [
            html.P(
                _("Une fois envoyé, le texte est figé : {email} le signe avec un code reçu par"
                  " courriel.", email=sending.paper.email),
                className="soft",
            ),
            button(_("Envoyer à la signature"), id=Ids.SEND, icon="send", kind="primary"),
        ],
        className="form-actions contracts-send",
    )  # fmt: skip
    return card(
        [
            days,
            html.Div(preview(sending), id=Ids.PREVIEW),
            sends,
            dcc.Store(id=Ids.DRAFT, data={"uid": row.uid, "version": row.version}),
        ],
        title=_("Lire et envoyer le contrat"),
    )


def preview(sending: TextSending) -> list[Component]:
    text = html.Div(
        paper_text(sending.paper),
        className="contracts-text contracts-paper",
        tabIndex="0",
        role="region",
        **aria(label=_("Texte du contrat")),
    )
    return [*changes_part(sending.comparison, sending.paper.number), text]
