"""Component ids of the site form."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "operat-form"  # redrawn by each response, with the typed values
    SEEN = "operat-seen"  # version on screen, 0 for a new site
    PCE = "operat-pce"
    PCE_LIST = "operat-pce-list"
    EFA = "operat-efa"
    NAME = "operat-name"
    CATEGORY = "operat-category"
    SIREN = "operat-siren"
    SIRET = "operat-siret"
    SURFACE = "operat-surface"
    SAVE = "operat-save"
    REMOVE = "operat-remove"


FIELDS = by_name(Ids.PCE, Ids.EFA, Ids.NAME, Ids.CATEGORY, Ids.SIREN, Ids.SIRET, Ids.SURFACE)
