"""Inviting somebody: who, with which role, and what each role may do."""

from collections.abc import Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids
from components.admin.limits import Tags, limit_field
from components.admin.listing import invitations_card
from components.admin.words import languages, role_may, role_word
from components.kit import (
    button,
    card,
    columns,
    html,
    page,
    select_field,
    text_field,
)
from data.access import OrganisationKind, Role, roles_of
from data.people.types import InvitationRow, Limit, Place
from i18n import _


def invite_page(
    place: Place, rows: Sequence[InvitationRow], tags: Tags, limit: Limit, *, now: datetime
) -> Component:
    return page(
        _("Inviter une personne"),
        _("Ouvrir un accès à {organisation}.", organisation=place.name),
        crumbs=((_("Administration"), "/admin"), (_("Inviter"), None)),
        children=[
            columns([form(place, tags, limit)], [roles_card(roles_of(place.kind))]),
            invitations_card(rows, now),
            dcc.Store(id=Ids.PLACE, data=place.id),
        ],
    )


def form(place: Place, tags: Tags, limit: Limit) -> Component:
    roles = [(role.value, role_word(role)) for role in roles_of(place.kind)]
    return card(
        [
            html.Div(
                [
                    text_field(Ids.NAME, _("Nom"), required=True, autocomplete="off"),
                    text_field(
                        Ids.EMAIL,
                        _("Adresse électronique"),
                        type="email",
                        required=True,
                        autocomplete="off",
                    ),
                    select_field(Ids.ROLE, _("Rôle"), roles, roles[0][0]),
                    select_field(Ids.LANGUAGE, _("Langue du courriel"), languages(), "fr"),
                ],
                className="admin-form",
            ),
            html.Div(limit_field(tags, limit), hidden=place.kind is OrganisationKind.DISTRIBUTOR),
            html.Div(
                button(_("Envoyer l’invitation"), id=Ids.INVITE, icon="send", kind="primary"),
                className="form-actions",
            ),
        ],
        title=_("Qui inviter"),
        hint=_("un courriel part aussitôt"),
    )


def roles_card(roles: Sequence[Role]) -> Component:
    return card(
        html.Dl(
            [html.Div([html.Dt(role_word(role)), html.Dd(role_may(role))]) for role in roles],
            className="admin-roles",
        ),
        title=_("Ce que chaque rôle permet"),
    )
