"""The page of the people of one organisation."""

from datetime import datetime

from dash.development.base_component import Component

from components.admin.listing import PeopleFacts, invitations_card, people_list
from components.admin.words import waiting_text
from components.kit import button, html, page
from data.people.types import Place
from i18n import _, plural


def people_page(place: Place, facts: PeopleFacts, now: datetime) -> Component:
    of = f"organisation={place.id}"
    active = plural("{count} personne active", "{count} personnes actives", facts.active)
    waits = waiting_text(len(facts.invitations))
    return page(
        _("Administration"),
        _("Ouvrir, changer et fermer les accès de {organisation}.", organisation=place.name),
        actions=[
            button(_("Inviter par fichier"), href=f"/admin?part=import&{of}", icon="upload"),
            button(
                _("Inviter"), href=f"/admin?part=invite&{of}", icon="person-plus", kind="primary"
            ),
        ],
        lead=[html.B(active), f", {waits}."],
        children=[*people_list(facts), invitations_card(facts.invitations, now)],
    )
