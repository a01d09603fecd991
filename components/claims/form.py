"""Render the page where an organisation asks for a delivery point, and its answers."""

from collections.abc import Mapping, Sequence
from datetime import date

from dash.development.base_component import Component

from components.claims.ids import FIELDS, Ids, cancel_button
from components.colleagues import ask, sentence_of
from components.kit import (
    Errors,
    FieldReader,
    RowForm,
    Typed,
    UploadTexts,
    alert,
    button,
    card,
    file_field,
    fold,
    html,
    item,
    link,
    page,
)
from components.kit.display import empty
from core.access import LIMITED, Permission, Viewer, permissions_of
from core.errors import Invalid
from core.i18n import N_, PARIS, _, number, short_day, size_limit
from data.administration.claims.rules import check_read_on, index_in
from data.administration.claims.types import ClaimRow, ClaimState, MeterIndex
from data.controls.rules.pieces import MOST_OCTETS
from data.metering.consumption.rules.view import day_in
from data.metering.pces.rules import number_of
from data.notifications.types import HelpSubject

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS, N_("Ajouter ce point"))
LETTERS = "/points/lettres"
STATES: Mapping[ClaimState, tuple[str, str, str]] = {
    ClaimState.WAITING: (N_("en attente"), "hourglass-split", "warn"),
    ClaimState.ATTACHED: (N_("ajouté"), "check2", "ok"),
    ClaimState.ACCEPTED: (N_("accepté"), "check2", "ok"),
    ClaimState.REFUSED: (N_("refusé"), "x-lg", "bad"),
    ClaimState.CANCELLED: (N_("annulé"), "slash-circle", "mute"),
}


def claim_page(
    viewer: Viewer, claims: Sequence[ClaimRow], operator: str, deciders: Sequence[str]
) -> Component:
    """Return the form and the organisation's claims, or which colleague can ask."""
    title = _("Ajouter un point de livraison")
    crumbs = ((_("Accueil"), "/"), (title, None))
    if not viewer.may(Permission.PCES_ADD):
        return page(title, crumbs=crumbs, children=card(_somebody_else(viewer, deciders)))
    purpose = _("Un index récent suffit souvent ; sinon, la lettre du distributeur.")
    children = [
        *_one_site_note(viewer),
        FORM.draw(form({}, {}), None, below=[_letter(operator)]),
        *_claims(claims, operator),
    ]
    return page(title, purpose, crumbs=crumbs, children=children)


def _one_site_note(viewer: Viewer) -> list[Component]:
    """Say what a second point changes for a client who manages the only one."""
    role_permissions = permissions_of(viewer.role, viewer.kind)
    if viewer.alone or Permission.PCES_ADD in role_permissions:
        return []
    words = _(
        "Avec un second point, les réglages de tous reviennent aux gestionnaires de votre"
        " organisation ; vous continuez de tout lire."
    )
    return [alert(_("Ce que cela change pour vous"), words, "info")]


def _somebody_else(viewer: Viewer, deciders: Sequence[str]) -> Component:
    title = _("Un collègue en ajoute")
    text = sentence_of(deciders, HelpSubject.POINTS)
    if viewer.limited:
        text = f"{_(LIMITED)} {text}"
    return empty("person-raised-hand", title, text, ask(deciders, HelpSubject.POINTS))


def form(typed: Typed, errors: Errors) -> list[Component]:
    entries = FORM.entries(typed, errors)
    where = _("Ses 14 chiffres, ou GI et 6 chiffres, sont sur votre facture.")
    fields = [
        entries.text("number", _("Numéro du PCE"), hint=where),
        entries.text(
            "index",
            _("Index du compteur, en m³"),
            hint=_("Les chiffres avant la virgule."),
            inputMode="decimal",
        ),
        entries.day("read_on", _("Lu le")),
    ]
    return [html.Div(fields, className="admin-form")]


def draft_of(typed: Typed, today: date) -> tuple[str, MeterIndex | None, dict[str, str]]:
    """Return the number and the index of a form, and the errors by field."""
    reader = FieldReader(typed)
    pce = reader.read("number", _number)
    volume = reader.read("index", index_in)
    day = reader.read("read_on", lambda text: check_read_on(day_in(text), today))
    if pce is None or volume is None or day is None:
        return "", None, reader.errors
    return pce, MeterIndex(volume, day), {}


def _number(text: str) -> str:
    if not text.strip():
        raise Invalid(N_("Indiquez le numéro du PCE : il est sur votre facture de gaz."))
    return number_of(text)


def _letter(operator: str) -> Component:
    """Return the drop zone of the distributor's letter, for the number typed above."""
    field = file_field(
        Ids.FILE,
        _("Lettre ou facture à votre nom, qui porte ce PCE"),
        ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png",
        action="/points/lettre",
        send=_("Envoyer la demande"),
        answer=Ids.SENT,
        fields={"pce": Ids.NUMBER},
        multiple=False,
        photo=True,
        hint=_(
            "PDF, JPEG ou PNG, {most} au plus. {operator} la lit et vous répond.",
            most=size_limit(MOST_OCTETS),
            operator=operator,
        ),
        way=UploadTexts("pieces", use="message", asks=False, most=(1, MOST_OCTETS)),
        kind="secondary",
    )
    return fold(_("Pas d’index ? Envoyer la lettre du distributeur"), field)


def _claims(claims: Sequence[ClaimRow], operator: str) -> list[Component]:
    if not claims:
        return []
    rows = [_claim(row, operator) for row in claims]
    return [
        card(
            html.Ul(rows, className="item-list"),
            title=_("Demandes de votre organisation"),
            flush=True,
        )
    ]


def _claim(row: ClaimRow, operator: str) -> Component:
    word, glyph, tone = STATES[row.state]
    acts: list[Component] = []
    if row.state is ClaimState.WAITING:
        acts.append(button(_("Annuler la demande"), id=cancel_button(row.id), small=True))
    elif row.state.granted:
        acts.append(button(_("Ouvrir"), href=f"/consommations?pce={row.number}", small=True))
    title = _("{pce} : {state}", pce=row.number, state=_(word))
    return item(glyph, tone, title, [proof_words(row), *_story(row, operator)], acts)


def _story(row: ClaimRow, operator: str) -> list[str]:
    if row.state is ClaimState.WAITING:
        day = short_day(row.created_at.astimezone(PARIS).date())
        words = _("{operator} l’a reçue le {day} et vous répondra.", operator=operator, day=day)
        return [" ", words]
    return [" ", f"« {row.answer} »"] if row.answer else []


def proof_words(row: ClaimRow) -> Component:
    """Return the index that was given, or a link to the letter."""
    if row.index is not None:
        return html.Span(
            _(
                "Index {volume} m³, lu le {day}.",
                volume=number(row.index.volume_m3),
                day=short_day(row.index.read_on),
            )
        )
    return html.Span(link(row.letter_name, f"{LETTERS}/{row.id}", target="_blank"))
