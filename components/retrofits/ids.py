"""Component ids of the screens of works."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "retrofits-form"  # redrawn by each response, with the typed values
    SEEN = "retrofits-seen"  # id and version of the works being edited: [12, 3]
    PCE = "retrofits-pce"
    PCE_LIST = "retrofits-pce-list"
    KIND = "retrofits-kind"
    NAME = "retrofits-name"
    STARTED = "retrofits-started"
    FINISHED = "retrofits-finished"
    COST = "retrofits-cost"
    SAVE = "retrofits-save"
    REMOVE = "retrofits-remove"
    REMOVED = "retrofits-removed"  # id of the works just removed
    RESTORE = "retrofits-restore"
    CHART = "retrofits-chart"


FIELDS = by_name(Ids.PCE, Ids.KIND, Ids.NAME, Ids.STARTED, Ids.FINISHED, Ids.COST)
