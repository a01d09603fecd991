"""Component ids of the budgets' screens."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "budgets-form"  # redrawn by each response, with the typed values
    SEEN = "budgets-seen"  # id and version of the budget being edited: [12, 3]
    AMOUNT = "budgets-amount"
    UNIT = "budgets-unit"
    FIRST = "budgets-first"
    SCOPE = "budgets-scope"
    TAG = "budgets-tag"
    PCE = "budgets-pce"
    PCE_LIST = "budgets-pce-list"
    SAVE = "budgets-save"
    REMOVE = "budgets-remove"
    REMOVED = "budgets-removed"  # id of the budget just removed
    RESTORE = "budgets-restore"


FIELDS = by_name(Ids.AMOUNT, Ids.UNIT, Ids.FIRST, Ids.SCOPE, Ids.TAG, Ids.PCE)
