"""Component ids of the site form, and of the attestations."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "operat-form"  # redrawn by each response, with the typed values
    SEEN = "operat-seen"  # version (0 for a new site) and surface on screen
    PCE = "operat-pce"
    PCE_LIST = "operat-pce-list"
    EFA = "operat-efa"
    NAME = "operat-name"
    CATEGORY = "operat-category"
    SIREN = "operat-siren"
    SIRET = "operat-siret"
    SURFACE = "operat-surface"
    YEAR = "operat-year"
    REFERENCE = "operat-reference"
    DEGREE_DAYS = "operat-degree-days"
    SAVE = "operat-save"
    REMOVE = "operat-remove"
    FILE = "operat-file"  # an attestation
    ATTESTED = "operat-attested"  # its year
    LABEL = "operat-label"  # its entity or group
    SENT = "operat-sent"  # what the server answered to it
    TAKE_AWAY = "operat-take-away"  # type of the id below
    REMOVED = "operat-removed"
    RESTORE = "operat-restore"


SITE = (Ids.PCE, Ids.EFA, Ids.NAME, Ids.CATEGORY, Ids.SIREN, Ids.SIRET, Ids.SURFACE)
FIELDS = by_name(*SITE, Ids.YEAR, Ids.REFERENCE, Ids.DEGREE_DAYS)


def take_away_button(attestation: object, year: object) -> dict[str, object]:
    """Return the id of the button that removes an attestation of a year."""
    return {"type": Ids.TAKE_AWAY.value, "attestation": attestation, "year": year}
