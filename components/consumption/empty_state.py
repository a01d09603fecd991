"""Render empty states: what is missing, why, who can act, and where."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dash.development.base_component import Component

from components.consumption.first_steps import CLAIM, first_steps
from components.consumption.gestures import address, known_period
from components.consumption.spending import unpriced
from components.kit import button, card, empty, error_card, page
from components.rights.labels import STATES, meaning
from core.access import Permission, Viewer
from core.i18n import N_, _, plural, short_day
from data.metering.consumption.rules.labels import has_values
from data.metering.consumption.types import DataKind, Series, View
from data.metering.pces.rules import digits_missing
from data.metering.pces.types import PceRow
from data.rights.types import PendingRight, RightEvent, RightRow, RightState

NOTHING_AWAITED = PendingRight()


def empty_chart(series: Series, viewer: Viewer) -> list[Component]:
    """Return what replaces a chart without values: what is missing, why, and an action."""
    if has_values(series):
        return []
    if without_price := unpriced(series, viewer):
        return without_price
    if series.data_until is None or series.history_first is None:
        return [_never(series)]
    known_address = known_period(series.view, series.history_first, series.data_until)
    action = button(_("Voir toute la période connue"), href=known_address, kind="primary")
    if series.first > viewer.today:
        return [
            empty(
                "calendar-event", _("Cette période est à venir"), _coming(series), action, heading=3
            )
        ]
    text = _(
        "Ce point n’a pas de valeur du {first} au {last}. Le distributeur a publié ses données"
        " du {known} au {until}.",
        first=short_day(series.first),
        last=short_day(series.last),
        known=short_day(series.history_first),
        until=short_day(series.data_until),
    )
    return [empty("calendar-x", _("Aucune donnée sur cette période"), text, action, heading=3)]


def _coming(series: Series) -> str:
    """Return why future days are empty."""
    if series.first == series.last:
        return _(
            "Le {first} n’est pas encore passé : ses consommations s’afficheront ici. Les"
            " données vont jusqu’au {until}.",
            first=short_day(series.first),
            until=short_day(series.data_until or series.last),
        )
    return _(
        "Les jours du {first} au {last} ne sont pas encore passés : leurs consommations"
        " s’afficheront ici. Les données vont jusqu’au {until}.",
        first=short_day(series.first),
        last=short_day(series.last),
        until=short_day(series.data_until or series.last),
    )


def _never(series: Series) -> Component:
    """Return the empty state of a PCE without any data.

    Published data are shown by default where there are no others, so their absence means that only
    other data may exist.
    """
    if series.fed is not None:
        text = _("Voir « Gaz injecté » plus haut pour ce qu’il injecte. Il ne consomme rien.")
        return empty("box-arrow-in-right", _("Point d’injection"), text, heading=3)
    if not series.readable:
        return uncovered_state(series.number)
    action = button(_("Voir les points de livraison"), href="/pces", kind="primary")
    if series.view.data is DataKind.PUBLISHED:
        informative_address = address(replace(series.view, data=DataKind.INFORMATIVE))
        action = button(
            _("Voir les données informatives"), href=informative_address, kind="primary"
        )
    if series.injects:
        text = _("Il ne consomme rien, et votre droit ne couvre pas les quantités qu’il injecte.")
        return empty("box-arrow-in-right", _("Point d’injection"), text, action, heading=3)
    return empty(
        "hourglass",
        _("Aucune donnée reçue pour ce point"),
        _(
            "Le distributeur n’a encore rien transmis de cette sorte. Les relevés apparaissent ici"
            " dès qu’un fichier est importé."
        ),
        action,
        heading=3,
    )


def uncovered_state(number: str) -> Component:
    """Return the empty state of a PCE whose right in force does not cover consumption."""
    return empty(
        "key",
        _("Votre droit ne couvre pas les consommations"),
        _(
            "Il couvre d’autres données, affichées sur la fiche de ce point. Pour lire les"
            " consommations, révoquez ce droit puis déclarez-en un qui les couvre : le titulaire"
            " devra l’accepter."
        ),
        [
            button(_("Voir le droit"), href=f"/droits?q={number}", icon="key", kind="primary"),
            button(_("Voir la fiche du point"), href=f"/pces?pce={number}"),
        ],
        heading=3,
    )


def no_pce_page(viewer: Viewer, awaited: PendingRight = NOTHING_AWAITED) -> Component:
    """Return the page of a viewer who cannot see any PCE."""
    return page(
        _("Consommations"),
        _("Comprendre une facture ou une dérive, du mois jusqu’au jour."),
        children=card(no_pce(viewer, awaited)),
    )


def no_pce(viewer: Viewer, awaited: PendingRight = NOTHING_AWAITED) -> Component:
    """Return what is pending, else the next step; importing needs the right to create PCEs."""
    if viewer.may(Permission.PCES_CREATE) and viewer.may(Permission.READINGS_IMPORT):
        return empty(
            "speedometer2",
            _("Aucun point de livraison"),
            _(
                "Le portail ne connaît encore aucun PCE. Déposez un fichier de relevés : ses PCE"
                " seront créés, et leurs consommations affichées ici."
            ),
            button(_("Déposer des relevés"), href="/operations", kind="primary"),
        )
    if awaited.since is not None:
        return _awaited(viewer, awaited, awaited.since)
    return first_steps(viewer)


def _awaited(viewer: Viewer, awaited: PendingRight, since: date) -> Component:
    """Describe the pending rights: their number, whose answer is pending, and the first date."""
    title = plural(
        "{count} droit d’accès en attente", "{count} droits d’accès en attente", awaited.total
    )
    holders = plural(
        "{count} attend la réponse de son titulaire",
        "{count} attendent la réponse de leur titulaire",
        awaited.holders,
    )
    checks = plural(
        "{count} attend que le distributeur vérifie son titulaire",
        "{count} attendent que le distributeur vérifie leur titulaire",
        awaited.distributor,
    )
    sent = plural(
        "{count} attend la réponse du distributeur",
        "{count} attendent la réponse du distributeur",
        awaited.relayed,
    )
    waiting_counts = (
        (holders, awaited.holders),
        (checks, awaited.distributor),
        (sent, awaited.relayed),
    )
    clauses = [words for words, n in waiting_counts if n]
    text = _(
        "Depuis le {day} : {whom}. Leurs points de livraison apparaîtront ici dès la réponse.",
        day=short_day(since),
        whom=", ".join(clauses),
    )
    acts = [button(_("Suivre ces droits"), href="/droits", icon="key", kind="primary")]
    if viewer.may(Permission.PCES_ADD):
        acts.insert(0, button(_("Ajouter un autre point"), href=CLAIM, icon="plus-lg"))
    return empty("hourglass-split", title, text, acts)


def _lacking(number: str) -> list[str]:
    """Return a message for a PCE number with missing digits; empty otherwise."""
    missing = digits_missing(number)
    sentence = N_("« {found} » n’est pas un PCE : sur 14 chiffres, il en manque {missing}.")
    return [_(sentence, found=number, missing=missing)] if missing else []


def unread_page(row: RightRow, events: Sequence[RightEvent]) -> Component:
    """Return the page of a PCE whose declared right does not allow reading."""
    name, _icon, _tone = STATES[row.state]
    sentence = _(
        "Votre droit d’accès à ce PCE ne permet pas de le lire. Son état : {state}.", state=_(name)
    )
    why = meaning(row.state, events)
    if row.state is RightState.ACTIVE:
        why = _("Ses dates ou ses périmètres ne couvrent aucune consommation aujourd’hui.")
    return error_card(
        _("PCE {number} : aucune donnée lisible", number=row.number),
        f"{sentence} {why}",
        button(_("Voir le droit"), href=f"/droits?open={row.uid}", icon="key", kind="primary"),
    )


def unknown_page(view: View, rows: Sequence[PceRow]) -> Component:
    """Return the page of an unknown number; `rows` are PCEs with similar numbers."""
    offered = [
        button(
            " · ".join(part for part in (row.number, row.alias) if part),
            href=address(replace(view, pce=row.number)),
        )
        for row in rows
    ]
    return error_card(
        _("Introuvable ou hors de votre périmètre"),
        " ".join([*_lacking(view.pce or ""), _("Ce PCE est introuvable. Vouliez-vous dire :")]),
        offered,
    )
