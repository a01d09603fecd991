"""Labels of roles, states, permissions and belongings."""

from collections.abc import Callable, Mapping

from dash.development.base_component import Component

from components.accounts import KINDS
from components.accounts_security import ROLES
from components.kit import StateLabel, label_chip
from core.access import OrganisationKind, Role
from core.i18n import LANGUAGES, N_, _, plural
from data.administration.people.types import Belongings, InvitationState, PersonState

STATES: Mapping[PersonState, StateLabel] = {
    PersonState.ACTIVE: StateLabel("Actif", "check-circle-fill", "ok"),
    PersonState.DISABLED: StateLabel("Désactivé", "slash-circle", "mute"),
}
INVITATIONS: Mapping[InvitationState, StateLabel] = {
    InvitationState.OPEN: StateLabel("En attente", "hourglass-split", "info"),
    InvitationState.EXPIRED: StateLabel("Expirée", "exclamation-triangle-fill", "warn"),
}
_SPOKEN: Mapping[str, str] = {"fr": N_("Français"), "en": N_("Anglais")}
_MAY: Mapping[Role, str] = {
    Role.CLIENT: N_(
        "Consulte, exporte et déclare des droits. Gère les sites s’il est seul compte."
    ),
    Role.FACILITY_MANAGER: N_(
        "Consulte et exporte, règle les seuils, déclare les droits, dépose fichiers et preuves."
    ),
    Role.ACCOUNT_MANAGER: N_("Suit toutes les organisations et décide des preuves."),
    Role.ADMINISTRATOR: N_("Fait tout, et ouvre, change et ferme les accès."),
}


def role_word(role: Role) -> str:
    return _(ROLES[role])


def kind_word(kind: OrganisationKind) -> str:
    return _(KINDS[kind])


def role_may(role: Role) -> str:
    return _(_MAY[role])


def languages() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())


def language_word(code: str) -> str:
    """Return the name of a language in the reader's language."""
    return _(_SPOKEN[code])


def state_chip(state: PersonState) -> Component:
    return label_chip(STATES[state])


def invitation_chip(state: InvitationState) -> Component:
    return label_chip(INVITATIONS[state])


def people_text(count: int) -> str:
    return plural("{count} personne", "{count} personnes", count)


def waiting_text(count: int) -> str:
    if not count:
        return _("aucune invitation en attente")
    return plural("{count} invitation en attente", "{count} invitations en attente", count)


_OWNED: Mapping[str, Callable[[int], str]] = {
    "thresholds": lambda n: plural(
        "{count} seuil qui la prévient", "{count} seuils qui la préviennent", n
    ),
    "episodes": lambda n: plural(
        "{count} dépassement à suivre", "{count} dépassements à suivre", n
    ),
    "views": lambda n: plural("{count} vue enregistrée", "{count} vues enregistrées", n),
    "runs": lambda n: plural("{count} import en cours", "{count} imports en cours", n),
    "schedules": lambda n: plural("{count} export programmé", "{count} exports programmés", n),
    "controls": lambda n: plural("{count} contrôle suivi", "{count} contrôles suivis", n),
}


def owned_lines(owned: Belongings) -> list[str]:
    """Return one line per kind of belonging, such as `3 seuils qui la préviennent`."""
    return [_OWNED[name](count) for name, count in owned.counts.items() if count]
