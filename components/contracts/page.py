"""Render the client's contract page: state, missing items, next action and documents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from dash.development.base_component import Component

from components.colleagues import ask, ask_by_role, sentence_of
from components.contracts.acts import acts, confirmation_place, pending_count
from components.contracts.changes import changes_part
from components.contracts.documents import documents, history
from components.contracts.ids import Ids
from components.contracts.labels import (
    address,
    chips,
    colleagues_note,
    ends_soon,
    opening,
    renewal_texts,
    step_text,
)
from components.contracts.paper import pdf_button, text_reader
from components.contracts.signature import signature_card
from components.contracts.steps import step_position, steps_nav
from components.contracts.timeline import timeline
from components.kit import Children, alert, button, card, columns, html, lead, link, page
from core.access import Permission, Viewer
from core.i18n import N_, _, long_day, plural
from data.contracts.rules.states import UNDER_WAY, waits_for
from data.contracts.types import (
    ContractActor,
    ContractDetail,
    ContractRow,
    ContractState,
    StepLine,
    TextComparison,
    TextKind,
    TextRow,
    TimelineEntry,
)
from data.notifications.types import HelpSubject

PURPOSE = N_("Savoir où en est votre contrat, ce qui manque et qui doit agir.")


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract, its history and the other contracts."""

    detail: ContractDetail | None
    entries: Sequence[TimelineEntry] = ()
    history: Sequence[ContractRow] = ()
    comparison: TextComparison = field(default_factory=TextComparison)
    deciders: Sequence[str] = ()  # colleagues who prepare contracts, for a viewer who cannot


@dataclass(frozen=True, slots=True)
class DossierSteps:
    """The open step and the list of steps."""

    lines: Sequence[StepLine]
    here: str
    body: Sequence[Component] = field(default=())
    early: date | None = None  # first day a complete one can be sent, if in the future


def dossier_page(viewer: Viewer, facts: ContractFacts, dossier: DossierSteps) -> Component:
    """Return the page before a text is sent: the open step, and the list of steps."""
    lacking = sum(len(line.lacks) for line in dossier.lines)
    first = _first(viewer, lacking, dossier.early)
    side = card(steps_nav(dossier.lines, dossier.here), title=_("Votre dossier"))
    if not viewer.may(Permission.CONTRACTS_WRITE):
        return _page(first, [_by_colleagues(facts.deciders), *_around(viewer, facts)])
    turn = sum(row.waits for row in facts.history)
    where = step_position(dossier.lines, dossier.here)
    children = [where, confirmation_place(), *_refused(facts.detail), *dossier.body]
    rest = [side, *_around(viewer, facts), *(_after(facts.detail) if facts.detail else [])]
    return _page(first, [columns(children, rest), pending_count(turn)])


def _by_colleagues(deciders: Sequence[str]) -> Component:
    who = sentence_of(deciders, HelpSubject.CONTRACT)
    return card([html.P(colleagues_note()), html.P(who), *ask(deciders, HelpSubject.CONTRACT)])


def _first(viewer: Viewer, lacking: int, early: date | None) -> list[Component | str]:
    """Return the state, then the next action."""
    first = (
        _("Un contrat couvre déjà votre organisation")
        if viewer.contracted
        else _("Votre organisation n’a pas encore de contrat actif")
    )
    after = (
        _(" ; {count} réponses manquent avant de l’envoyer à la signature.", count=lacking)
        if lacking > 1
        else _(" ; une réponse manque avant de l’envoyer à la signature.")
        if lacking
        else _(" ; le dossier est complet, et se signera à partir du {day}.", day=long_day(early))
        if early
        else _(" ; le dossier est complet : lisez le contrat, puis envoyez-le à la signature.")
    )
    return [html.B(first), after]


def _refused(detail: ContractDetail | None) -> list[Component]:
    """Return why the previous text was refused."""
    if detail is None or not detail.reason:
        return []
    message = _("« {reason} » Corrigez le dossier, puis envoyez un nouveau texte.",
             reason=detail.reason)  # fmt: skip
    return [alert(_("Le texte précédent a été refusé"), message, "warn")]


def contract_page(viewer: Viewer, facts: ContractFacts, detail: ContractDetail) -> Component:
    """Return the page after a text was sent: what to read, sign and keep."""
    text = detail.current
    first, after = opening(detail.row)
    others = _beside(viewer, facts, detail)
    main = [
        _next(viewer, detail),
        *others,
        confirmation_place(),
        *_to_read(viewer, detail, facts, text),
    ]
    side = [*_around(viewer, facts), *_after(detail)]
    top = [pdf_button(text)] if text else []
    wait_marker = pending_count(sum(row.waits for row in facts.history))
    return _page([html.B(first), after], [columns(main, side), wait_marker], top)


def _page(
    first: Sequence[Component | str], children: Children, actions: Children = ()
) -> Component:
    return page(_("Contrat"), _(PURPOSE), lead=lead(first), actions=actions, children=children)


def _next(viewer: Viewer, detail: ContractDetail) -> Component:
    """Render the next step: actor, deadline and what follows."""
    row, verbs = detail.row, detail.verbs
    if verbs.sign:
        way = html.A(_("Aller à la signature"), href=f"#{Ids.CONSENT}")
        message = _("Lisez le texte, puis signez avec le code envoyé à votre adresse.")
        return alert(_("À vous de signer"), message, "warn", actions=[way])
    if waits_for(row.state, row.amendment) is ContractActor.CLIENT:
        message = _("À signer par {email}, depuis son propre compte.", email=detail.signer)
        return alert(_("En attente d’une signature"), message, "info")
    if waits_for(row.state, row.amendment) is ContractActor.OPERATOR:
        message = _("Un chargé de compte relit le dossier ; vous recevrez un courriel.")
        return alert(step_text(row, viewer), message, "info")
    return _quiet(viewer, detail)


def _beside(viewer: Viewer, facts: ContractFacts, detail: ContractDetail) -> list[Component]:
    """Return the contracts in progress besides the one shown."""
    alerts = []
    for row in facts.history:
        if row.uid != detail.row.uid and row.state in UNDER_WAY:
            way = link(_("Ouvrir le renouvellement"), address(row.uid))
            title, sentence = renewal_texts(row, viewer)
            alerts.append(alert(title, sentence, "warn" if row.waits else "info", actions=[way]))
    return alerts


def _quiet(viewer: Viewer, detail: ContractDetail) -> Component:
    row = detail.row
    if ends_soon(row) and row.ends_on:
        title = _("À renouveler avant le {day}", day=long_day(row.ends_on))
        message = _("Passé ce jour, vos droits deviennent obsolètes et vos exports s’arrêtent.")
        return alert(title, message, "warn")
    if row.state is ContractState.ABANDONED:
        return alert(opening(row)[0], _("Rien n’est à faire."), "info")
    if row.state.final:
        title = _("Aucun droit ne peut être déclaré, rien ne peut être exporté")
        renewal_hint = _("Renouvelez le contrat pour reprendre.")
        message = _("Motif : « {reason} »", reason=detail.reason) if detail.reason else renewal_hint
        return alert(title, message, "info" if viewer.contracted else "bad")
    if row.state is ContractState.COUNTERSIGNED:
        return alert(step_text(row, viewer), _("Rien à faire d’ici là."), "info")
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return alert(_("Tout est en ordre"), _("Rien à faire de votre côté."), "ok")
    can = _("Vous pouvez déclarer des droits, importer des PCE et exporter.")
    invited = _invited(viewer, detail)
    message = " ".join(filter(None, (can, invited)))
    ways = [
        button(_("Déclarer un droit"), href="/droits?new=1", small=True),
        button(_("Importer un fichier"), href="/droits/import", small=True),
        *([button(_("Voir les invitations"), href="/admin", small=True)] if invited else []),
    ]
    return alert(_("Tout est en ordre"), message, "ok", actions=ways)


def _invited(viewer: Viewer, detail: ContractDetail) -> str:
    """Say how many people the contract invited, if the viewer manages people."""
    signed = (text for text in detail.texts if text.kind is TextKind.ORIGINAL and text.signatures)
    count = len(next((text.invites for text in signed), ()))
    if not (count and viewer.may(Permission.PEOPLE_WRITE)):
        return ""
    return plural(
        "{count} personne nommée dans le dossier est invitée\u00a0: elle reste en"
        " attente jusqu’à sa réponse.",
        "{count} personnes nommées dans le dossier sont invitées\u00a0: elles restent en"
        " attente jusqu’à leur réponse.",
        count,
    )


def _to_read(
    viewer: Viewer, detail: ContractDetail, facts: ContractFacts, text: TextRow | None
) -> list[Component]:
    if text is None:
        return []
    body = [*changes_part(facts.comparison, detail.row.number), *text_reader(text)]
    read = card(body, title=_("Le contrat, à lire"))
    return [read, signature_card(viewer, detail, text)] if detail.verbs.sign else [read]


def _around(viewer: Viewer, facts: ContractFacts) -> list[Component]:
    """Return the history, the documents and the other contracts."""
    detail, parts = facts.detail, list[Component]()
    if detail is not None:
        states = html.Div(chips(detail.row), className="contracts-chips")
        life = timeline(viewer, detail, facts.entries)
        parts.append(card([states, life], title=_("États")))
    if detail is not None and detail.texts:
        parts.append(card(documents(viewer, detail), title=_("Documents, à garder")))
    if len(facts.history) > 1:
        here = detail.row.uid if detail else ""
        parts.append(card(history(facts.history, here), title=_("Tous vos contrats")))
    return parts


def _after(detail: ContractDetail) -> list[Component]:
    """Return the possible actions; amendments are requested from the distributor."""
    buttons, paragraphs = acts(detail), list[Component]()
    if not (buttons or detail.renewable_on):
        return []
    if detail.row.state is ContractState.ACTIVE:
        words = _("Un changement en cours de contrat est un avenant : votre chargé de compte le"
                  " prépare et vous l’envoie à signer ici.")  # fmt: skip
        paragraphs.append(html.P(words, className="soft"))
        paragraphs.append(html.Div(ask_by_role(HelpSubject.AMENDMENT)))
    if detail.renewable_on:
        when = _("Il se renouvelle à partir du {day}, un an avant sa fin.",
                 day=long_day(detail.renewable_on))  # fmt: skip
        paragraphs.append(html.P(when, className="soft"))
    return [
        card([*paragraphs, html.Div(buttons, className="contracts-acts")], title=_("Et ensuite"))
    ]
