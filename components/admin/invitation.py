"""Render the invitation form, with the permissions of each role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids
from components.admin.labels import languages, role_may, role_word
from components.admin.limits import Tags, limit_field
from components.admin.listing import invitations_card
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
from core.access import OrganisationKind, Role, roles_of
from core.errors import PortalError
from core.i18n import _, plural
from data.administration.people.types import (
    AdministeredOrganisation,
    InvitationRow,
    NewInvitation,
    TagLimit,
)


@dataclass(frozen=True, slots=True)
class RefusedInvitation:
    """The typed values of a refused invitation, and its errors by field of `NewInvitation`."""

    typed: NewInvitation
    errors: Mapping[str, PortalError]

    def words(self) -> dict[str, str]:
        return {name: _(error.message, **error.params) for name, error in self.errors.items()}


def invite_page(
    place: AdministeredOrganisation,
    rows: Sequence[InvitationRow],
    tags: Tags,
    limit: TagLimit,
    *,
    now: datetime,
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
    place: AdministeredOrganisation,
    tags: Tags,
    limit: TagLimit,
    rows: Sequence[InvitationRow],
    refused: RefusedInvitation | None = None,
) -> Component:
    """Return the invitation form; a refused one keeps its values, with errors at their fields."""
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
                    html.P(_error_text(wrong), role="status", className="admin-said"),
                ],
                className="form-actions admin-acts",
            ),
        ],
        title=_("Qui inviter"),
        hint=_("un courriel part aussitôt"),
    )
    last = max((row.id for row in rows), default=0)
    key = f"invite-{last}"  # a new form after each invitation
    return html.Div(drawn, key=key, **unsaved(refused=refused is not None))


def _fields(
    place: AdministeredOrganisation, typed: NewInvitation | None, wrong: Mapping[str, str]
) -> list[Component]:
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


def _error_text(wrong: Mapping[str, str]) -> str:
    """Return the summary beside the button; the error messages are below the fields."""
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
