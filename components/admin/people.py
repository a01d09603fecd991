"""Render the people of one organisation, or of all of them."""

from datetime import datetime

from dash.development.base_component import Component

from components.admin.ids import Ids
from components.admin.labels import waiting_text
from components.admin.listing import PeopleFacts, invitations_card, people_list
from components.admin.organisations import parts
from components.kit import alert, button, html, only_if, page
from core.access import Permission, Viewer
from core.i18n import _, plural
from data.administration.people.types import AdministeredOrganisation
from data.rights.rules.attempts import MOST_TRIES, SHARE


def people_page(
    viewer: Viewer,
    place: AdministeredOrganisation,
    facts: PeopleFacts,
    now: datetime,
    *,
    connects: bool,
    tries: int = 0,
) -> Component:
    """Return the people of one organisation; the operator opens it from the list of all of them.

    `connects`: whether the operator set the distributor's address; `tries`: the organisation's
    failed attempts today.
    """
    of = f"organisation={place.id}"
    runs = viewer.may(Permission.ORGANISATIONS_WRITE)
    title = place.name if runs else _("Administration")
    crumbs = ((_("Administration"), "/admin"), (place.name, None)) if runs else ()
    waits = waiting_text(len(facts.invitations))
    return page(
        title,
        _("Ouvrir, changer et fermer les accès\u00a0: {organisation}.", organisation=place.name),
        crumbs=crumbs,
        actions=[
            *_programs(viewer, place),
            *(_connections(viewer, place) if connects else []),
            button(_("Inviter par fichier"), href=f"/admin?part=import&{of}", icon="upload"),
            button(
                _("Inviter"), href=f"/admin?part=invite&{of}", icon="person-plus", kind="primary"
            ),
        ],
        lead=[html.B(active_text(facts.active)), f", {waits}."],
        children=[
            html.Div(tries_alert(tries), id=Ids.TRIES),
            *people_list(facts),
            invitations_card(facts.invitations, now),
        ],
    )


def tries_alert(tries: int) -> list[Component]:
    """Return the number of failed declarations, with the button that lifts the limit."""
    title = plural(
        "{count} déclaration de droit en échec, en 24 heures",
        "{count} déclarations de droits en échec, en 24 heures",
        tries,
    )
    text = _(
        "PCE, titulaires ou adresses qui ne correspondent pas au contrat. Au-delà de {most}"
        " erreurs, plus une pour {share} PCE correctement désignés, ses fichiers et son"
        " formulaire sont refusés. Levez la limite si vous savez d’où viennent ces erreurs :"
        " l’action est notée au journal.",
        most=MOST_TRIES,
        share=SHARE,
    )
    lift = button(_("Lever la limite"), id=Ids.LIFT, icon="unlock")
    return only_if(tries, alert(title, [html.P(text), lift], "info"))


def _programs(viewer: Viewer, place: AdministeredOrganisation) -> list[Component]:
    """Return the link to the programs of an organisation."""
    if not viewer.may(Permission.API_CREDENTIALS):
        return []
    of = "" if place.id == viewer.organisation_id else f"&organisation={place.id}"
    return [button(_("Programmes"), href=f"/admin?part=programs{of}", icon="hdd-network")]


def _connections(viewer: Viewer, place: AdministeredOrganisation) -> list[Component]:
    """Return the link to the connections of the viewer's own organisation."""
    if place.id != viewer.organisation_id or not viewer.may(Permission.MIRROR):
        return []
    return [button(_("Connexions"), href="/admin?part=connections", icon="plug")]


def everybody_page(facts: PeopleFacts) -> Component:
    """Return the operator's page of the people of all organisations."""
    return page(
        _("Administration"),
        _("Retrouver une personne, quelle que soit son organisation."),
        lead=[html.B(active_text(facts.active))],
        children=[parts("people"), *people_list(facts)],
    )


def active_text(count: int) -> str:
    return plural("{count} personne active", "{count} personnes actives", count)
