"""Columns of a sheet of people, and the values of its cells."""

from collections.abc import Mapping, Sequence

from core.access import Role, roles_of
from data.administration.people.types import AdministeredOrganisation

NAME, EMAIL, ROLE, LANGUAGE = "Nom", "Adresse électronique", "Rôle", "Langue"
TAGS = "Étiquettes"  # tags to which the person is limited, separated by commas
HEADER = (NAME, EMAIL, ROLE, LANGUAGE, TAGS)
ROLE_WORDS: Mapping[Role, str] = {
    Role.CLIENT: "Client",
    Role.FACILITY_MANAGER: "Gestionnaire de site",
    Role.ACCOUNT_MANAGER: "Chargé de compte",
    Role.ADMINISTRATOR: "Administrateur",
}
LANGUAGE_WORDS: Mapping[str, str] = {"fr": "Français", "en": "Anglais"}


def choices(place: AdministeredOrganisation) -> Mapping[str, Sequence[str]]:
    """Return the choices for the cells of each column, for a sheet of `place`."""
    roles = [ROLE_WORDS[role] for role in roles_of(place.kind)]
    return {ROLE: roles, LANGUAGE: list(LANGUAGE_WORDS.values())}
