"""Render the dialog before a decision: its motive and a message."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.kit import at_most, button, count_line, data, dialog, html
from core.i18n import N_, _
from data.controls.rules.labels import MOTIVES
from data.controls.rules.states import MOST_WORDS
from data.controls.types import ControlVerdict, Motive

_ASKS: Mapping[ControlVerdict, tuple[str, str, str]] = {
    ControlVerdict.ACCEPT: (
        N_("Valider malgré un point à «\u00a0non\u00a0»\u202f?"),
        N_("Un point au moins ne convient pas. Relisez-le, ou dites pourquoi vous validez."),
        N_("Valider quand même"),
    ),
    ControlVerdict.AGAIN: (
        N_("Demander une nouvelle pièce"),
        N_("Le demandeur garde son droit et reçoit votre motif avec un nouveau délai."),
        N_("Demander la pièce"),
    ),
    ControlVerdict.REJECT: (
        N_("Refuser la preuve"),
        N_("Le droit prendra fin et ses données ne seront plus lisibles."),
        N_("Refuser la preuve"),
    ),
}


def decision_dialogs() -> list[Component]:
    """Return the dialogs before a decision: motive and message, or a bulk confirmation."""
    return [*(_dialog(verdict) for verdict in ControlVerdict), _together()]


def _dialog(verdict: ControlVerdict) -> Component:
    title, text, act = (_(words) for words in _ASKS[verdict])
    words = html.Div(
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
    )
    body = [html.P(className="desk-about"), *_motives(verdict), words]
    return _box(verdict.value, title, [html.P(text), *body], _confirm(act, verdict))


def _together() -> Component:
    """Return the bulk confirmation; the script lists the pieces and their controls."""
    words = data(
        one=_("{pieces}\u00a0: {count} contrôle", pieces="{pieces}", count="{count}"),
        many=_("{pieces}\u00a0: {count} contrôles", pieces="{pieces}", count="{count}"),
        more=_("et {count} autres pièces", count="{count}"),
    )
    inside = [
        html.P(className="desk-about"),
        html.Ul(className="desk-proofs", **words),
        html.P(_("Les 6 points seront considérés comme vérifiés pour chacun de ces contrôles.")),
    ]
    title, act = _("Valider ces contrôles ensemble"), _("Tout valider")
    return _box("together", title, inside, _confirm(act, ControlVerdict.ACCEPT))


def _confirm(act: str, verdict: ControlVerdict) -> Component:
    return button(
        act,
        kind="danger" if verdict is ControlVerdict.REJECT else "primary",
        className="push",
        **data(desk="confirm"),
    )


def _box(name: str, title: str, inside: Sequence[Component], confirm: Component) -> Component:
    problem = html.P(role="alert", className="desk-problem", **data(words=_needed()))
    buttons = [button(_("Renoncer"), **data(desk="close")), confirm]
    body = [*inside, problem]
    return dialog(f"controls-decide-{name}", title, body, buttons, **data(dialog=name))


def _needed() -> str:
    return _("Choisissez un motif dans la liste.")


def _motives(verdict: ControlVerdict) -> list[Component]:
    if verdict is ControlVerdict.ACCEPT:
        return []
    options = [html.Option(_("Choisir un motif…"), value="")] + [
        html.Option(_(words), value=motive.value)
        for motive, words in MOTIVES.items()
        if motive is not Motive.NOTHING_SENT
    ]
    inside = [
        html.Span(_("Motif"), className="field-label"),
        html.Select(options, className="form-select"),
    ]
    return [html.Label(inside, className="field")]
