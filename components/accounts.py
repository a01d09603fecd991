"""Render the account page: identity, password and open sessions."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import kit
from components.accounts_security import ROLES, account_part
from components.kit import html
from core.access import SYSTEM, OrganisationKind, Viewer
from core.i18n import LANGUAGES, N_, _, clock, plural
from data.administration.people.rules import LONGEST_NAME
from data.identity.accounts.rules import FACTOR_ROLES
from data.identity.accounts.types import AccountDetail, FactorPolicy, SessionRow


class Ids(StrEnum):
    SESSIONS = "accounts-sessions"
    CLOSE_OTHERS = "accounts-close-others"
    IDENTITY = "accounts-identity"  # identity of the user, with the field of their name
    NAME = "accounts-name"
    RENAME = "accounts-rename"


KINDS = {
    OrganisationKind.COMPANY: N_("entreprise"),
    OrganisationKind.COLLECTIVITY: N_("collectivité"),
    OrganisationKind.THIRD_PARTY: N_("tiers autorisé"),
    OrganisationKind.DISTRIBUTOR: N_("distributeur"),
}
DONE = {
    "mot-de-passe": N_("Votre mot de passe est changé"),
    "second-facteur": N_("La double authentification est désactivée"),
}
THEMES = {SYSTEM: N_("Celle du système"), "light": N_("Clair"), "dark": N_("Sombre")}


def close_button(session: object) -> dict[str, Any]:
    """Return the id of the button that closes one session; `session` may be `ALL`."""
    return {"type": "accounts-close", "session": session}


def account_page(
    account: AccountDetail,
    viewer: Viewer,
    sessions: Sequence[SessionRow],
    factors: FactorPolicy,
    *,
    done: str = "",
) -> Component:
    """Return the account page; `done` names the latest change, as in the address."""
    notice = DONE.get(done)
    factor = second_factor_card(account, viewer, factors)
    keys = passkeys_card(account)
    purpose = _("Vérifier votre profil et les appareils où votre compte est ouvert.")
    closed = _("Vos autres sessions sont fermées.")
    children = [
        *([kit.alert(_(notice), closed, "ok")] if notice else []),
        kit.columns(
            [sessions_card(sessions), password_card(account), keys, factor],
            [identity_card(account, viewer), preferences_card(viewer)],
        ),
    ]
    return account_part(viewer, "/compte", _("Mon compte"), purpose, children)


def identity_card(account: AccountDetail, viewer: Viewer) -> Component:
    return kit.card(
        html.Div(identity(account, viewer), id=Ids.IDENTITY, className="stack"),
        title=_("Qui je suis"),
    )


def identity(
    account: AccountDetail, viewer: Viewer, *, typed: str | None = None, error: str | None = None
) -> list[Component]:
    """Return the identity with a field to correct the name; the e-mail cannot be changed."""
    kind = _(KINDS[viewer.kind])
    name = account.name if typed is None else typed
    entry: dict[str, Any] = {"autocomplete": "name", "maxLength": LONGEST_NAME, "error": error}
    return [
        kit.definition_list(
            [
                (_("Nom"), account.name),
                (_("Adresse électronique"), account.email),
                (_("Organisation"), f"{account.organisation} ({kind})"),
                (_("Rôle"), _(ROLES[viewer.role])),
            ]
        ),
        kit.text_field(Ids.NAME, _("Corriger mon nom"), value=name, required=True, **entry),
        html.Div(kit.button(_("Enregistrer ce nom"), id=Ids.RENAME), className="form-actions"),
    ]


def preferences_card(viewer: Viewer) -> Component:
    return kit.card(
        [
            choice_form("language", _("Langue"), LANGUAGES, viewer.language),
            choice_form(
                "theme",
                _("Apparence"),
                {k: _(v) for k, v in THEMES.items()},
                SYSTEM if viewer.follows_system else viewer.theme,
            ),
        ],
        title=_("Préférences"),
    )


def choice_form(name: str, label: str, options: Mapping[str, str], chosen: str) -> Component:
    """Return a form posted to `/preferences`; `assets/frame.js` inserts the CSRF token."""
    buttons = [
        html.Button(
            words,
            type="submit",
            name=name,
            value=value,
            className="choice",
            **kit.aria(pressed="true" if value == chosen else "false"),
        )
        for value, words in options.items()
    ]
    row = html.Div(
        [html.Span(label, className="panel-label"), html.Div(buttons, className="choices")],
        className="panel-row",
        role="group",
        **kit.aria(label=label),
    )
    hidden = [
        dbc.Input(type="hidden", name="csrf_token", value=""),
        dbc.Input(type="hidden", name="next", value="/compte"),
    ]
    return html.Form([*hidden, row], action="/preferences", method="POST", className="frame-form")


def password_card(account: AccountDetail) -> Component:
    return kit.card(
        html.P(_("Changé le {instant}.", instant=clock(account.password_changed_at))),
        title=_("Mot de passe"),
        actions=[
            html.A(
                _("Changer de mot de passe"), href="/compte/mot-de-passe", className="btn btn-sm"
            )
        ],
    )


def second_factor_card(account: AccountDetail, viewer: Viewer, factors: FactorPolicy) -> Component:
    on = account.second_factor_at is not None
    words = _("Un code de votre téléphone peut être demandé après le mot de passe.")
    if account.passkeys:
        words = _("Vos clés d’accès la remplacent.")
    elif factors.required and viewer.role in FACTOR_ROLES:
        words = _(
            "Votre rôle l’exige ; le mot de passe de la démonstration en dispense, tant qu’il"
            " n’est pas changé."
        )
        if not account.demo_password:
            words = _("Votre rôle l’exige ; celle de la connexion unique suffit.")
    if account.second_factor_at is not None:
        since = _("Depuis le {instant}.", instant=clock(account.second_factor_at))
        remaining_codes = plural(
            "{count} code de secours restant",
            "{count} codes de secours restants",
            account.recovery_codes,
        )
        words = f"{since} {remaining_codes}."
    off = kit.chip(_("Inactive"), icon="shield", tone="mute")
    state = kit.chip(_("Active"), icon="shield-check", tone="ok") if on else off
    return kit.card(
        html.P([state, " ", words]),
        title=_("Double authentification"),
        actions=[
            html.A(
                _("Gérer") if on else _("Activer"),
                href="/compte/second-facteur",
                className="btn btn-sm",
            )
        ],
    )


def passkeys_card(account: AccountDetail) -> Component:
    words = _("Ouvrir votre compte par l’empreinte, le visage ou le code de votre appareil.")
    if account.passkeys:
        words = plural("{count} clé d’accès", "{count} clés d’accès", account.passkeys) + "."
    return kit.card(
        html.P(words),
        title=_("Clés d’accès"),
        actions=[
            html.A(
                _("Gérer") if account.passkeys else _("Ajouter"),
                href="/compte/cles-acces",
                className="btn btn-sm",
                **kit.aria(label=_("Gérer les clés d’accès")),
            )
        ],
    )


def sessions_card(sessions: Sequence[SessionRow]) -> Component:
    others = kit.button(_("Fermer toutes les autres"), id=Ids.CLOSE_OTHERS, small=True)
    return kit.card(
        html.Div(session_list(sessions), id=Ids.SESSIONS),
        title=_("Mes sessions"),
        hint=_("Une ligne que vous ne reconnaissez pas ? Fermez-la et changez de mot de passe."),
        actions=[html.Div(others, hidden=len(sessions) < 2)],  # noqa: PLR2004
        flush=True,
    )


def session_list(sessions: Sequence[SessionRow]) -> Component:
    """Return the table of open sessions, the current one first."""
    head = [
        _("Appareil"),
        _("Dernière activité"),
        _("Action"),
        _("Adresse réseau"),
        _("Ouverte le"),
    ]
    rows = [session_line(row) for row in sessions]
    caption = plural("{count} session ouverte", "{count} sessions ouvertes", len(sessions))
    return kit.table(head, rows, caption=caption)


def session_line(row: SessionRow) -> list[kit.Children]:
    device = row.device or _("Appareil inconnu")
    close = kit.button(
        _("Fermer"),
        id=close_button(row.id),
        small=True,
        **kit.aria(label=_("Fermer la session {device}", device=device)),
    )
    action = kit.chip(_("Cette session"), icon="check", tone="ok") if row.current else close
    return [device, clock(row.last_seen_at), action, row.address or "–", clock(row.started_at)]


def closed_text(count: int) -> str:
    if count == 0:
        return _("Aucune autre session n’était ouverte")
    return plural("{count} session fermée", "{count} sessions fermées", count)
