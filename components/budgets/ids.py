"""Component ids of the budgets' screens."""

from enum import StrEnum


class Ids(StrEnum):
    FORM = "budgets-form"  # redrawn by each response, with the typed values
    SEEN = "budgets-seen"  # id and version of the budget being edited: [12, 3]
    AMOUNT = "budgets-amount"
    UNIT = "budgets-unit"
    FIRST = "budgets-first"
    SCOPE = "budgets-scope"
    TAG = "budgets-tag"
    PCE = "budgets-pce"
    SAVE = "budgets-save"
    REMOVE = "budgets-remove"


FIELDS = {
    "amount": Ids.AMOUNT,
    "unit": Ids.UNIT,
    "first": Ids.FIRST,
    "scope": Ids.SCOPE,
    "tag": Ids.TAG,
    "pce": Ids.PCE,
}
