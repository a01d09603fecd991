"""The columns of a sheet of people, and the words of its cells."""

from collections.abc import Mapping

from data.access import Role

NAME, EMAIL, ROLE, LANGUAGE = "Nom", "Adresse électronique", "Rôle", "Langue"
TAGS = "Étiquettes"  # of the PCE that somebody is limited to, with commas between them
HEADER = (NAME, EMAIL, ROLE, LANGUAGE, TAGS)
ROLE_WORDS: Mapping[Role, str] = {
    Role.CLIENT: "Client",
    Role.FACILITY_MANAGER: "Gestionnaire de site",
    Role.ACCOUNT_MANAGER: "Chargé de compte",
    Role.ADMINISTRATOR: "Administrateur",
}
LANGUAGE_WORDS: Mapping[str, str] = {"fr": "Français", "en": "Anglais"}
