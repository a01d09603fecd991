"""Render account security: journal, API credentials, colleagues' second factors."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components import kit
from components.kit import html
from core.access import Permission, Role, Viewer
from core.i18n import N_, PARIS, _, clock, long_day, plural
from data.identity.accounts.types.security import (
    ApiScope,
    CredentialRow,
    CredentialState,
    SecondFactorOwner,
    SecurityEvent,
)

_TABS = (
    (N_("Profil"), "/compte", Permission.ACCOUNT),
    (N_("Journal de sécurité"), "/compte/journal", Permission.ACCOUNT),
    (N_("Mes données"), "/compte/donnees", Permission.ACCOUNT),
    (N_("Accès API"), "/compte/api", Permission.API_CREDENTIALS),
    (N_("Téléphones perdus"), "/compte/collegues", Permission.FACTORS_RESET),
)
_EVENTS: Mapping[str, str] = {
    "accounts.signed_in": N_("Connexion"),
    "accounts.signed_out": N_("Déconnexion"),
    "accounts.sign_in_failed": N_("Mot de passe incorrect à la connexion"),
    "accounts.code_failed": N_("Code incorrect"),
    "accounts.codes_guessed": N_("Plusieurs codes incorrects"),
    "accounts.recovery_code_used": N_("Code de secours utilisé"),
    "accounts.recovery_codes_renewed": N_("Codes de secours renouvelés"),
    "accounts.reset_requested": N_("Nouveau mot de passe demandé"),
    "accounts.password_changed": N_("Mot de passe changé"),
    "accounts.second_factor_enabled": N_("Double authentification activée"),
    "accounts.second_factor_disabled": N_("Double authentification désactivée"),
    "accounts.second_factor_reset": N_("Double authentification remise à zéro"),
    "accounts.passkey_added": N_("Clé d’accès ajoutée"),
    "accounts.passkey_removed": N_("Clé d’accès retirée"),
    "accounts.passkey_refused": N_("Clé d’accès refusée"),
    "accounts.provider_linked": N_("Connexion unique reliée au compte"),
    "accounts.session_closed": N_("Session fermée"),
    "accounts.other_sessions_closed": N_("Autres sessions fermées"),
    "accounts.credential_created": N_("Accès API créé"),
    "accounts.credential_revoked": N_("Accès API révoqué"),
    "accounts.created": N_("Compte créé"),
    "accounts.disabled": N_("Compte désactivé"),
    "people.limited": N_("PCE visibles changés, par étiquettes"),
    "people.renamed": N_("Nom changé"),
    "hooks.added": N_("Webhook ajouté"),
    "hooks.topics_chosen": N_("Événements d’un webhook changés"),
    "hooks.secret_rotated": N_("Secret d’un webhook changé"),
    "hooks.turned_off": N_("Webhook arrêté"),
    "hooks.turned_on": N_("Webhook remis en marche"),
    "hooks.removed": N_("Webhook supprimé"),
    "mirror.connected": N_("Identifiants du distributeur enregistrés"),
    "mirror.sends": N_("Déclarations envoyées au distributeur"),
    "mirror.sends_no_more": N_("Déclarations gardées dans ce portail"),
    "mirror.forgotten": N_("Connexion au distributeur oubliée"),
}
_ALARMING = frozenset(
    {
        "accounts.sign_in_failed",
        "accounts.code_failed",
        "accounts.codes_guessed",
        "accounts.passkey_refused",
    }
)
_SCOPES = {
    ApiScope.PCES_READ: N_("points de livraison"),
    ApiScope.CONSUMPTION_READ: N_("consommations"),
    ApiScope.RIGHTS_READ: N_("droits d’accès"),
    ApiScope.RIGHTS_WRITE: N_("déclaration de droits"),
    ApiScope.CONTROLS_READ: N_("contrôles des preuves"),
    ApiScope.CONTROLS_WRITE: N_("dépôt de preuves"),
}
ROLES = {
    Role.CLIENT: N_("Client"),
    Role.FACILITY_MANAGER: N_("Gestionnaire de site"),
    Role.ACCOUNT_MANAGER: N_("Chargé de compte"),
    Role.ADMINISTRATOR: N_("Administrateur"),
}


def tabs(viewer: Viewer, here: str) -> Component:
    """Return the tabs of the account page that the viewer can open."""
    tab_rows = [(_(words), path, path == here) for words, path, need in _TABS if viewer.may(need)]
    return kit.tabs(_("Parties de mon compte"), tab_rows)


def account_part(
    viewer: Viewer, path: str, title: str, purpose: str, children: Sequence[Component]
) -> Component:
    """Return a tab of the account page."""
    return kit.page(title, purpose, children=[tabs(viewer, path), *children])


def journal_page(viewer: Viewer, events: Sequence[SecurityEvent], *, more: bool) -> Component:
    """Return the security journal; `more` adds a link to older events."""
    last = events[-1].id if events else 0
    older = _("Plus anciens"), f"/compte/journal?avant={last}" if more else None
    where = plural("{count} ligne", "{count} lignes", len(events))
    foot = kit.pager(_("Suite du journal"), where, ("", None), older)
    happened = kit.card(
        [events_table(events), *foot] if events else _no_event(),
        title=_("Ce qui s’est passé"),
        hint=_("Une ligne que vous ne reconnaissez pas ? Changez de mot de passe."),
        flush=bool(events),
    )
    purpose = _("Vérifier qui est entré dans votre compte, et ce qui y a changé.")
    return account_part(viewer, "/compte/journal", _("Journal de sécurité"), purpose, [happened])


def _no_event() -> Component:
    return kit.empty("journal-text", _("Rien de plus ancien"), _("Votre journal commence après."))


def events_table(events: Sequence[SecurityEvent], *, people: bool = False) -> Component:
    """Return a table of journal events; `people` adds the account that each concerns."""
    head = [_("Quand"), _("Quoi"), _("Appareil"), _("Adresse réseau"), _("Par qui")]
    head += [_("Compte")] if people else []
    rows: list[list[kit.Children]] = [
        [*_event_line(event), *([event.whom or "–"] if people else [])] for event in events
    ]
    return kit.table(head, rows, caption=_("Journal de sécurité"))


def _event_line(event: SecurityEvent) -> list[kit.Children]:
    words = _(_EVENTS[event.action])
    if event.thing:
        words = _("{what} : {name}", what=words, name=event.thing)
    alarming = event.action in _ALARMING
    what = kit.chip(words, icon="exclamation-triangle", tone="warn") if alarming else words
    return [clock(event.at), what, event.device or "–", event.address or "–", event.who or "–"]


def credentials_page(
    viewer: Viewer, rows: Sequence[CredentialRow], *, most: int, done: str = ""
) -> Component:
    purpose = _("Donner accès à un programme de votre organisation.")
    children = [
        *credentials_done(done),
        credentials_card(viewer, rows, most=most),
        html.P(html.A(_("Documentation de l’API"), href="/documentation-api")),
    ]
    return account_part(viewer, "/compte/api", _("Accès API"), purpose, children)


def credentials_card(
    viewer: Viewer,
    rows: Sequence[CredentialRow],
    *,
    most: int,
    place: tuple[int, str] | None = None,
) -> Component:
    """Return the API credentials of `place` (an organisation), the viewer's own by default.

    A button adds one while fewer than `most` are active. Forms of another `place` lead back to its
    list.
    """
    name = place[1] if place else viewer.organisation
    of = f"?organisation={place[0]}" if place else ""
    live = sum(row.state is CredentialState.LIVE for row in rows)
    hint = _("{live} sur {most} au plus", live=live, most=most)
    new = html.A(
        _("Nouvel accès API"), href=f"/compte/api/nouveau{of}", className="btn btn-sm btn-primary"
    )
    none = kit.empty(
        "key",
        _("Aucun accès API"),
        _("Créez-en un pour qu’un programme de votre organisation lise ses données."),
    )
    return kit.card(
        _credentials_table(rows, of) if rows else none,
        title=_("Accès API de {organisation}", organisation=name),
        hint=hint,
        actions=[new] if live < most else [],
        flush=bool(rows),
    )


def credentials_done(done: str) -> list[Component]:
    if done == "revoque":
        return [kit.alert(_("L’accès API est révoqué"), _("Son programme n’a plus accès."), "ok")]
    if done == "deja":
        way_out = _("Si vous ne l’avez pas gardé, révoquez cet accès et créez-en un autre.")
        title = _("Cet accès est déjà créé : son secret n’a été montré qu’une fois")
        return [kit.alert(title, way_out, "info")]
    return []


def _credentials_table(rows: Sequence[CredentialRow], of: str) -> Component:
    head = [
        _("Nom"),
        _("État"),
        _("Action"),
        _("Identifiant"),
        _("Peut lire ou faire"),
        _("Dernier usage"),
        _("Fin"),
        _("Auteur"),
    ]
    lines = [_credential_line(row, of) for row in rows]
    return kit.table(head, lines, caption=_("Accès API"), cards=True)


def _credential_line(row: CredentialRow, of: str) -> list[kit.Children]:
    ends = html.A(
        _("Révoquer"),
        href=f"/compte/api/{row.id}/revocation{of}",
        className="btn btn-sm",
        **kit.aria(
            label=_("Révoquer l’accès {name}, {client}", name=row.name, client=row.short_id)
        ),
    )
    return [
        html.Span(row.name, className="long-name"),
        _state_chip(row.state),
        ends if row.state is CredentialState.LIVE else kit.NONE,
        html.Code(row.client_id),
        ", ".join(_(_SCOPES[scope]) for scope in row.scopes),
        _("Utilisé le {when}", when=clock(row.last_used_at))
        if row.last_used_at
        else _("Jamais utilisé"),
        _end_of(row),
        _("Créé par {author}", author=row.author),
    ]


def _end_of(row: CredentialRow) -> str:
    """Return the expiry date, or the revocation date if revoked; worded to stand without header."""
    if row.revoked_at is not None:
        return _("Révoqué le {when}", when=clock(row.revoked_at))
    return _("Finit le {day}", day=long_day(row.expires_at.astimezone(PARIS).date()))


def _state_chip(state: CredentialState) -> Component:
    if state is CredentialState.LIVE:
        return kit.chip(_("En service"), icon="check", tone="ok")
    if state is CredentialState.EXPIRED:
        return kit.chip(_("Expiré"), icon="hourglass-bottom", tone="warn")
    return kit.chip(_("Révoqué"), icon="x", tone="mute")


def coded_page(viewer: Viewer, people: Sequence[SecondFactorOwner], *, done: str = "") -> Component:
    reset = kit.alert(
        _("La double authentification est remise à zéro"),
        _("Un message en prévient la personne, dont les sessions sont fermées."),
        "ok",
    )
    none = kit.empty(
        "phone",
        _("Personne à aider"),
        _("Les comptes à double authentification apparaissent ici, sauf le vôtre."),
    )
    owners = kit.card(
        _coded_table(people) if people else none,
        title=_("Comptes à double authentification"),
        hint=_("Pour le dernier administrateur, c’est le distributeur."),
        flush=bool(people),
    )
    purpose = _("Rendre l’accès à une personne qui a perdu son téléphone et ses codes de secours.")
    children = [*kit.only_if(done == "remise-a-zero", reset), owners]
    return account_part(viewer, "/compte/collegues", _("Téléphones perdus"), purpose, children)


def _coded_table(people: Sequence[SecondFactorOwner]) -> Component:
    head = [_("Nom"), _("Action"), _("Rôle"), _("Organisation"), _("Depuis le")]
    return kit.table(head, [_coded_line(person) for person in people], caption=_("Comptes"))


def _coded_line(person: SecondFactorOwner) -> list[kit.Children]:
    act = html.A(
        _("Remettre à zéro"),
        href=f"/compte/collegues/{person.user_id}/second-facteur",
        className="btn btn-sm",
        **kit.aria(label=_("Remettre à zéro, pour {name}", name=person.name)),
    )
    return [person.name, act, _(ROLES[person.role]), person.organisation, clock(person.since)]
