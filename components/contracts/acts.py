"""Render the confirmation of a contract transition: consequences, reason, button."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.contracts.ids import Ids
from components.contracts.labels import named
from components.kit import (
    alert,
    at_most,
    button,
    count_line,
    data,
    date_field,
    html,
    text_field,
    textarea_field,
)
from core.access import Viewer
from core.i18n import N_, _, plural
from data.contracts.rules.amendment import MOST_REASON, MOST_SUBJECT, MOST_TEXT
from data.contracts.types import Consequences, ContractActions, ContractDetail

TYPED = N_("Recopiez « {number} » tel quel pour confirmer.")
_LABELS = {
    "take_back": N_("Retirer pour corriger…"),
    "renew": N_("Renouveler…"),
    "abandon": N_("Abandonner ce renouvellement…"),
    "amend": N_("Proposer un avenant…"),
    "terminate": N_("Résilier…"),
    "refuse_signature": N_("Refuser…"),
}
_WITHDRAW = N_("Retirer l’avenant…")
_DANGEROUS = ("terminate", "refuse_signature", "abandon")


@dataclass(frozen=True, slots=True)
class ContractActForm:
    """An action on a contract, its typed values and their errors."""

    act: str
    detail: ContractDetail
    falls: Consequences | None = None  # consequences of an end
    exports: tuple[int, int] = (0, 0)  # running exports, export schedules
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def find_errors(act_request: ContractActForm, today: date) -> dict[str, str]:
    """Return the errors of the typed values, by field; empty if the action is possible."""
    needed = _NEEDS.get(act_request.act, ())
    errors = {name: _act_message(name, act_request, today) for name in needed}
    return {name: sentence for name, sentence in errors.items() if sentence}


def _act_message(name: str, act_request: ContractActForm, today: date) -> str:
    text = act_request.typed.get(name, "").strip()
    if name == "typed":
        number = named(act_request.detail.row)
        return "" if text == number else _(TYPED, number=number)
    if name == "day":
        first = _day(text, today - timedelta(days=1))
        return "" if first >= today else _("Choisissez aujourd’hui ou un jour à venir.")
    most = _MOST[name]
    if len(text) > most:
        return _("{count} signes, pour {most} au plus : raccourcissez.", count=len(text), most=most)
    return "" if text else _("Quelques mots, {most} signes au plus.", most=most)


_NEEDS: Mapping[str, tuple[str, ...]] = {
    "refuse": ("reason",),
    "refuse_signature": ("reason",),
    "terminate": ("reason", "typed"),
    "amend": ("subject", "text", "day"),
}
_MOST = {"reason": MOST_REASON, "subject": MOST_SUBJECT, "text": MOST_TEXT}


def acts(detail: ContractDetail, *, but: tuple[str, ...] = ()) -> list[Component]:
    """Return a button per possible action, except those in `but`; signing has its own card."""
    verbs: ContractActions = detail.verbs
    return [
        button(
            _label(act, detail),
            kind="danger" if act in _DANGEROUS else "secondary",
            **data(contracts="ask", act=act, uid=detail.row.uid),
        )
        for act in _LABELS
        if getattr(verbs, act) and act not in but
    ]


def _label(act: str, detail: ContractDetail) -> str:
    """Return the label of an action; withdrawing names the amendment, if there is one."""
    return _(_WITHDRAW) if act == "take_back" and detail.row.amendment else _(_LABELS[act])


def pending_count(count: int) -> Component:
    """Return the number of contracts awaiting the viewer, for the menu (assets/contracts.js)."""
    attributes = data(contracts="waits", count=str(count) if count else "", drawn=token_hex(4))
    return html.Div(hidden=True, **attributes)


def confirmation_place() -> Component:
    """Return the place of the confirmation of an action."""
    parts = [html.Div(id=Ids.ASK), dcc.Store(id=Ids.ASKED), dcc.Store(id=Ids.CONFIRMED)]
    return html.Div(parts, className="contracts-asking")


def question(viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    build_question = _QUESTIONS.get(act_request.act)
    return (
        [html.Div(build_question(viewer, act_request), className="contracts-question")]
        if build_question
        else []
    )


def _shape(
    act_request: ContractActForm,
    title: str,
    body: list[Component],
    act: str,
    *,
    danger: bool = False,
) -> list[Component]:
    confirms = data(
        contracts="confirm",
        act=act_request.act,
        uid=act_request.detail.row.uid,
        version=str(act_request.detail.row.version),
    )
    return [
        html.H2(title, tabIndex="-1"),
        *body,
        html.Div(
            [
                button(_("Ne rien changer"), **data(contracts="forget")),
                button(act, kind="danger" if danger else "primary", **confirms),
            ],
            className="form-actions contracts-actions",
        ),
    ]


def _take_back(_viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    sentence = _("Le texte est retiré : le dossier se corrige, puis un nouveau texte est envoyé.")
    title = _("Retirer le texte")
    if act_request.detail.row.amendment:
        title = _("Retirer l’avenant")
        sentence = _("L’avenant est retiré : le contrat reste actif, tel quel.")
    return _shape(act_request, title, [alert(_("Ce qui se passe"), sentence)], title)


def _renew(_viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    sentence = _(
        "Un nouveau contrat commence, avec le dossier que vous avez déjà rempli. Celui-ci reste"
        " actif jusqu’à sa fin, et le nouveau prend la suite. Tant que le nouveau n’est pas envoyé,"
        " vous pouvez l’abandonner."
    )
    title = _("Renouveler {number}", number=named(act_request.detail.row))
    return _shape(act_request, title, [alert(_("Ce qui se passe"), sentence)], _("Commencer"))


def _refuse(viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    body = [alert(_("Ce qui se passe"), _refused(viewer, act_request)), _reason(act_request)]
    return _shape(act_request, _("Refuser de signer"), body, _("Refuser"), danger=True)


def _refused(viewer: Viewer, act_request: ContractActForm) -> str:
    """Return the consequence of a refusal: an amendment is dropped, its contract stays."""
    if act_request.detail.row.amendment:
        return (
            _(
                "L’avenant est abandonné, le contrat reste actif tel quel. Le client lit votre"
                " motif."
            )
            if viewer.staff
            else _(
                "L’avenant est abandonné, votre contrat reste actif tel quel. Le distributeur lit"
                " votre motif."
            )
        )
    if viewer.staff:
        return _("Le client lit votre motif, corrige son dossier et signe un nouveau texte.")
    return _("Le texte redevient un brouillon ; le distributeur lit votre motif.")


def _abandon(_viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    sentence = _(
        "Ce brouillon ne figure plus dans vos actions. Le contrat {number} et les réponses du"
        " dossier restent tels quels ; vous pourrez le renouveler de nouveau.",
        number=act_request.detail.row.renews,
    )
    title, body = _("Abandonner ce renouvellement"), [alert(_("Ce qui se passe"), sentence)]
    return _shape(act_request, title, body, _("Abandonner"), danger=True)


def _terminate(viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    number = named(act_request.detail.row)
    typed = text_field(
        _id("typed"),
        _("Numéro du contrat"),
        value=act_request.typed.get("typed", ""),
        hint=_(TYPED, number=number),
        error=act_request.errors.get("typed"),
        name="typed",
        autocomplete="off",
    )
    lines = html.Ul(
        [html.Li(line) for line in _falls(viewer, act_request)], className="rights-lines"
    )
    body = [
        alert(_("Ce qui sera perdu, dès maintenant"), lines, "warn"),
        _reason(act_request),
        typed,
    ]
    title = _("Résilier {number}", number=number)
    return _shape(act_request, title, body, _("Résilier le contrat"), danger=True)


_FALLS = (
    (N_("{count} droit devient obsolète."), N_("{count} droits deviennent obsolètes.")),
    (N_("{count} PCE n’est plus lisible."), N_("{count} PCE ne sont plus lisibles.")),
    (N_("{count} export en cours s’arrête."), N_("{count} exports en cours s’arrêtent.")),
    (N_("{count} export programmé s’arrête."), N_("{count} exports programmés s’arrêtent.")),
)


def _falls(viewer: Viewer, act_request: ContractActForm) -> list[str]:
    """Return what ends with the contract: rights, PCEs, exports, schedules."""
    consequences, (exports, schedules) = act_request.falls, act_request.exports
    if consequences is None or not consequences.paused:
        return [_("Le contrat n’a pas commencé : aucun droit ne sera perdu.")]
    counts = (consequences.rights, consequences.pces, exports, schedules)
    sentences = [
        plural(*words, count) for words, count in zip(_FALLS, counts, strict=True) if count
    ]
    if not consequences.rights:
        sentences.insert(0, _("Aucun droit n’est ouvert : aucun ne sera perdu."))
    warning = _(
        "Les droits ne sont pas rétablis automatiquement : il faudra un nouvel accord de chaque"
        " titulaire."
    )
    keeps = _("Le contrat signé et ses preuves restent à télécharger.")
    who = (
        [_("{name} en est prévenue aussitôt.", name=consequences.organisation)]
        if viewer.staff
        else []
    )
    return [*sentences, warning, *who, keeps]


def _amend(viewer: Viewer, act_request: ContractActForm) -> list[Component]:
    typed, errors = act_request.typed, act_request.errors
    body: list[Component] = [
        alert(
            _("Ce qui se passe"),
            _(
                "L’avenant s’inscrit dans le même PDF : les signatures déjà posées y restent"
                " valables."
            ),
        ),
        text_field(
            _id("subject"),
            _("Objet"),
            value=typed.get("subject", ""),
            error=errors.get("subject"),
            name="subject",
        ),
        _long("text", act_request, _("Ce qui change"), rows=5),
        date_field(
            _id("day"),
            _("Prend effet le"),
            _day(typed.get("day"), viewer.today),
            viewer.today,
            error=errors.get("day"),
        ),
    ]
    return _shape(act_request, _("Proposer un avenant"), body, _("Envoyer à la signature"))


def _day(text: str | None, usual: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return usual


def _reason(act_request: ContractActForm) -> Component:
    hint = _("Lu par l’autre partie, et gardé avec le contrat.")
    return _long("reason", act_request, _("Motif"), hint=hint)


def _long(name: str, act_request: ContractActForm, label: str, **options: Any) -> Component:  # noqa: ANN401
    """Return a text area with a character limit, counted near it."""
    typed, error = act_request.typed.get(name, ""), act_request.errors.get(name)
    entry = textarea_field(_id(name), label, value=typed, error=error, name=name, **options)
    return html.Div([entry, count_line()], **at_most(_MOST[name]))


def _id(name: str) -> str:
    """Return the id of a field that assets/contracts.js reads when its button is pressed."""
    return f"contracts-said-{name}"


_QUESTIONS: Mapping[str, Any] = {
    "take_back": _take_back,
    "renew": _renew,
    "abandon": _abandon,
    "refuse": _refuse,
    "refuse_signature": _refuse,
    "terminate": _terminate,
    "amend": _amend,
}
