"""Component ids of the site form."""

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


SITE = (Ids.PCE, Ids.EFA, Ids.NAME, Ids.CATEGORY, Ids.SIREN, Ids.SIRET, Ids.SURFACE)
FIELDS = by_name(*SITE, Ids.YEAR, Ids.REFERENCE, Ids.DEGREE_DAYS)
