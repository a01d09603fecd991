"""Render a person: identity, role, access and belongings."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.accounts_security import events_table
from components.admin.handover import handing_card
from components.admin.ids import Ids
from components.admin.labels import kind_word, role_may, role_word, state_chip
from components.admin.limits import limit_card
from components.kit import html
from core.access import OrganisationKind, Permission, Viewer, roles_of
from core.i18n import _, clock, plural
from data.administration.people.rules import LONGEST_NAME
from data.administration.people.types import PersonDetail, PersonRow, PersonState
from data.identity.accounts.types.security import SecurityEvent


def person_page(
    person: PersonDetail, viewer: Viewer, events: Sequence[SecurityEvent] | None = None
) -> Component:
    """Return the page of a person.

    `events` are the security journal entries about this person; None if the viewer cannot read
    them.
    """
    row = person.row
    return kit.page(
        row.name,
        _("Changer le rôle de cette personne, fermer son accès, confier ses suivis."),
        crumbs=crumbs(row, viewer),
        children=html.Div(
            [
                html.Div(person_parts(person, viewer), id=Ids.PERSON, className="stack"),
                *(journal_card(events) if events is not None else []),
            ],
            className="stack",
        ),
    )


def journal_card(events: Sequence[SecurityEvent]) -> list[Component]:
    """Return the latest journal events of a person."""
    nothing = html.P(_("Aucune activité sur ce compte."))
    return [
        kit.card(
            events_table(events) if events else nothing,
            title=_("Journal de sécurité"),
            hint=plural("la dernière ligne", "les {count} dernières lignes", len(events))
            if events
            else None,
            flush=bool(events),
        )
    ]


def crumbs(row: PersonRow, viewer: Viewer) -> list[tuple[str, str | None]]:
    """Return the breadcrumb, through the organisation if the viewer manages several."""
    way: list[tuple[str, str | None]] = [(_("Administration"), "/admin")]
    if viewer.may(Permission.ORGANISATIONS_WRITE):
        way.append((row.organisation, f"/admin?organisation={row.organisation_id}"))
    return [*way, (row.name, None)]


def person_parts(person: PersonDetail, viewer: Viewer) -> list[Component]:
    """Return the parts of the page that an action can change."""
    row, counts = person.row, dict(person.belongings.counts)
    return [
        kit.columns(
            [
                role_card(person),
                limit_card(person),
                handing_card(person),
                access_card(person, viewer),
            ],
            [identity_card(row), name_card(row), *look_card(row, viewer)],
        ),
        dcc.Store(id=Ids.SHOWN, data={"user": row.id, "owned": counts}),
        dcc.Store(id=Ids.PLACE, data=row.organisation_id),
    ]


def identity_card(row: PersonRow) -> Component:
    last_activity = clock(row.seen_at) if row.seen_at else _("aucune depuis un mois")
    return kit.card(
        kit.definition_list(
            [
                (_("État"), state_chip(row.state)),
                (_("Adresse électronique"), row.email),
                (_("Organisation"), f"{row.organisation} ({kind_word(row.kind)})"),
                (_("Dernière activité"), last_activity),
                (_("Double authentification"), _("Active") if row.second_factor else _("Inactive")),
                (_("Compte créé le"), clock(row.created_at)),
            ]
        ),
        title=_("Qui est-ce"),
    )


def name_card(row: PersonRow) -> Component:
    entry: dict[str, Any] = {"required": True, "autocomplete": "off", "maxLength": LONGEST_NAME}
    return kit.card(
        html.Div(
            [
                kit.text_field(Ids.NEW_NAME, _("Nom"), value=row.name, **entry),
                kit.button(_("Corriger ce nom"), id=Ids.RENAME),
            ],
            className="admin-line",
        ),
        title=_("Son nom"),
        hint=_("l’adresse électronique reste celle du compte"),
    )


def role_card(person: PersonDetail) -> Component:
    row = person.row
    available_roles = roles_of(row.kind)
    roles = available_roles if row.role in available_roles else (row.role, *available_roles)
    options = [(role.value, role_word(role)) for role in roles]
    last = (
        [
            kit.alert(
                _("Dernier administrateur"),
                _("Donnez d’abord ce rôle à quelqu’un d’autre."),
            )
        ]
        if person.last_administrator
        else []
    )
    return kit.card(
        [
            *last,
            html.Div(
                [
                    kit.select_field(Ids.NEW_ROLE, _("Rôle"), options, row.role.value),
                    kit.button(_("Donner ce rôle"), id=Ids.GIVE_ROLE, kind="primary"),
                ],
                className="admin-line",
            ),
            html.P(role_may(row.role), className="field-hint"),
        ],
        title=_("Rôle"),
        hint=_("en vigueur dès la page suivante"),
    )


def access_card(person: PersonDetail, viewer: Viewer) -> Component:
    row = person.row
    active = row.state is PersonState.ACTIVE
    cut = kit.button(_("Désactiver ce compte"), id=Ids.DISABLE, kind="danger", icon="slash-circle")
    opened = kit.button(
        _("Réactiver ce compte"), id=Ids.ENABLE, kind="primary", icon="check-circle"
    )
    return kit.card(
        [
            *(access_words(person, viewer)),
            html.Div(
                [
                    html.Div(cut, hidden=not active or row.id == viewer.user_id),
                    html.Div(opened, hidden=active),
                ],
                className="form-actions admin-acts",
            ),
        ],
        title=_("Accès"),
    )


def access_words(person: PersonDetail, viewer: Viewer) -> list[Component]:
    row = person.row
    if row.state is PersonState.DISABLED:
        sentence: kit.Children = _(
            "Désactivé le {instant}. Son mot de passe et son rôle sont gardés.",
            instant=clock(row.disabled_at) if row.disabled_at else "–",
        )
    elif row.id == viewer.user_id:
        sentence = _("C’est votre compte : un autre administrateur peut le désactiver.")
    else:
        sentence = _("Ses sessions se ferment aussitôt, sur tous ses appareils. Rien n’est effacé.")
    has_belongings = person.belongings.total and row.state is PersonState.ACTIVE
    handover_hint = _("Plus personne ne suivra ce qui est listé ci-dessus : confiez-le d’abord.")
    return [html.P(sentence), *([html.P(handover_hint)] if has_belongings else [])]


def look_card(row: PersonRow, viewer: Viewer) -> list[Component]:
    """Return the operator's impersonation form, which is posted to the server."""
    is_unavailable = row.kind is OrganisationKind.DISTRIBUTOR or row.state is PersonState.DISABLED
    if is_unavailable or not viewer.may(Permission.PEOPLE_LOOK):
        return []
    explanation = _(
        "Le portail tel que cette personne le voit, pendant trente minutes, en lecture seule. Le"
        " motif et chaque page vue restent au journal de son organisation."
    )
    form = html.Form(
        [
            dbc.Input(type="hidden", name="csrf_token", value=""),
            dbc.Input(type="hidden", name="next", value="/"),
            kit.text_field(Ids.REASON, _("Motif"), name="reason", required=True, maxLength=200),
            kit.button(_("Voir à sa place"), icon="eye", type="submit"),
        ],
        action=f"/vue/{row.id}",
        method="POST",
        className="frame-form admin-look",
    )
    return [kit.card([html.P(explanation), form], title=_("Ce qu’elle voit"))]
