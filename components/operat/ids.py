"""Component ids of the site form."""

from enum import StrEnum


class Ids(StrEnum):
    FORM = "operat-form"  # redrawn by each response, with the typed values
    SEEN = "operat-seen"  # version on screen, 0 for a new site
    PCE = "operat-pce"
    EFA = "operat-efa"
    NAME = "operat-name"
    CATEGORY = "operat-category"
    SIREN = "operat-siren"
    SIRET = "operat-siret"
    SURFACE = "operat-surface"
    SAVE = "operat-save"
    REMOVE = "operat-remove"


FIELDS = {
    "pce": Ids.PCE,
    "efa": Ids.EFA,
    "name": Ids.NAME,
    "category": Ids.CATEGORY,
    "siren": Ids.SIREN,
    "siret": Ids.SIRET,
    "surface": Ids.SURFACE,
}
