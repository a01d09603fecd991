"""Inviting somebody: who, with which role, and what each role may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    unsaved,
)
from data.access import OrganisationKind, Role, roles_of
from data.errors import PortalError
from data.people.types import InvitationRow, Limit, NewInvitation, Place
from i18n import _, plural


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed, and what is wrong with it, by field of `NewInvitation`."""

    typed: NewInvitation
    errors: Mapping[str, PortalError]

    def words(self) -> dict[str, str]:
        return {name: _(error.message, **error.params) for name, error in self.errors.items()}


def invite_page(
    place: Place, rows: Sequence[InvitationRow], tags: Tags, limit: Limit, *, now: datetime
) -> Component:
    return page(
        _("Inviter une personne"),
        _("Ouvrir un accès à {organisation}.", organisation=place.name),
        crumbs=((_("Administration"), "/admin"), (_("Inviter"), None)),
        children=[
            columns(
                [html.Div(form(place, tags, limit, rows), id=Ids.INVITING)],
                [roles_card(roles_of(place.kind))],
            ),
            invitations_card(rows, now),
            dcc.Store(id=Ids.PLACE, data=place.id),
        ],
    )


def form(
    place: Place,
    tags: Tags,
    limit: Limit,
    rows: Sequence[InvitationRow],
    refused: Refused | None = None,
) -> Component:
    """Who is invited; what was *refused* stays typed, each of its errors at its field."""
    typed, wrong = (refused.typed, refused.words()) if refused else (None, {})
    drawn = card(
        [
            html.Div(_fields(place, typed, wrong), className="admin-form"),
            html.Div(
                limit_field(tags, limit, wrong.get("tags")),
                hidden=place.kind is OrganisationKind.DISTRIBUTOR,
            ),
            html.Div(
                [
                    button(_("Envoyer l’invitation"), id=Ids.INVITE, icon="send", kind="primary"),
                    html.P(_said(wrong), role="status", className="admin-said"),
                ],
                className="form-actions admin-acts",
            ),
        ],
        title=_("Qui inviter"),
        hint=_("un courriel part aussitôt"),
    )
    last = max((row.id for row in rows), default=0)
    key = f"invite-{last}"  # once sent, another one
    return html.Div(drawn, key=key, **unsaved(refused=refused is not None))


def _fields(place: Place, typed: NewInvitation | None, wrong: Mapping[str, str]) -> list[Component]:
    roles = [(role.value, role_word(role)) for role in roles_of(place.kind)]
    return [
        text_field(
            Ids.NAME,
            _("Nom"),
            value=typed.name if typed else "",
            error=wrong.get("name"),
            required=True,
            autocomplete="off",
        ),
        text_field(
            Ids.EMAIL,
            _("Adresse électronique"),
            value=typed.email if typed else "",
            error=wrong.get("email"),
            type="email",
            required=True,
            autocomplete="off",
        ),
        select_field(
            Ids.ROLE,
            _("Rôle"),
            roles,
            typed.role.value if typed else roles[0][0],
            error=wrong.get("role"),
        ),
        select_field(
            Ids.LANGUAGE, _("Langue du courriel"), languages(), typed.language if typed else "fr"
        ),
    ]


def _said(wrong: Mapping[str, str]) -> str:
    """Beside the button: the messages themselves are below the fields."""
    if not wrong:
        return ""
    return plural(
        "Rien n’est envoyé : {count} champ est à corriger.",
        "Rien n’est envoyé : {count} champs sont à corriger.",
        len(wrong),
    )


def roles_card(roles: Sequence[Role]) -> Component:
    return card(
        html.Dl(
            [html.Div([html.Dt(role_word(role)), html.Dd(role_may(role))]) for role in roles],
            className="admin-roles",
        ),
        title=_("Ce que chaque rôle permet"),
    )
