"""What is asked before a decision: its motive, a few words."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import aria, at_most, button, count_line, data, html
from data.controls.rules.states import MOST_WORDS
from data.controls.rules.words import MOTIVES
from data.controls.types import Motive, Verdict
from i18n import N_, _

_ASKS: Mapping[Verdict, tuple[str, str, str]] = {
    Verdict.ACCEPT: (
        N_("Valider malgré un point à «\u00a0non\u00a0»\u202f?"),
        N_("Un point au moins ne convient pas. Relisez-le, ou dites pourquoi vous validez."),
        N_("Valider quand même"),
    ),
    Verdict.AGAIN: (
        N_("Demander une nouvelle pièce"),
        N_("Le demandeur garde son droit et reçoit votre motif avec un nouveau délai."),
        N_("Demander la pièce"),
    ),
    Verdict.REJECT: (
        N_("Refuser la preuve"),
        N_("Le droit prendra fin et ses données ne seront plus lisibles."),
        N_("Refuser la preuve"),
    ),
}


def decision_dialogs() -> list[Component]:
    """What is asked before a decision: its motive and a few words."""
    return [_dialog(verdict) for verdict in Verdict]


def _dialog(verdict: Verdict) -> Component:
    title, text, act = (_(words) for words in _ASKS[verdict])
    named = f"controls-decide-{verdict.value}"
    return html.Dialog(
        [
            html.H2(title, id=named),
            html.P(text),
            html.P(className="desk-about"),
            *([] if verdict is Verdict.ACCEPT else [_motives()]),
            html.Div(
                [
                    html.Label(
                        [
                            html.Span(_("Précisions"), className="field-label"),
                            html.Textarea(rows=3, className="form-control"),
                        ]
                    ),
                    count_line(),
                ],
                className="field",
                **at_most(MOST_WORDS),
            ),
            html.P(role="alert", className="desk-problem", **data(words=_needed())),
            html.Div(
                [
                    button(_("Renoncer"), **data(desk="close")),
                    button(
                        act,
                        kind="danger" if verdict is Verdict.REJECT else "primary",
                        className="push",
                        **data(desk="confirm"),
                    ),
                ],
                className="row-line",
            ),
        ],
        className="desk-dialog",
        **data(dialog=verdict.value),
        **aria(labelledby=named),
    )


def _needed() -> str:
    return _("Choisissez un motif dans la liste.")


def _motives() -> Component:
    options = [html.Option(_("Choisir un motif…"), value="")] + [
        html.Option(_(words), value=motive.value)
        for motive, words in MOTIVES.items()
        if motive is not Motive.NOTHING_SENT
    ]
    return html.Label(
        [
            html.Span(_("Motif"), className="field-label"),
            html.Select(options, className="form-select"),
        ],
        className="field",
    )
