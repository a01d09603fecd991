"""Component ids of the bills' screens."""

from enum import StrEnum


class Ids(StrEnum):
    FORM = "bills-form"  # drawn again by each answer, full of what was typed
    SEEN = "bills-seen"  # which one is changed, and the version on screen: [12, 3]
    PCE = "bills-pce"
    NUMBER = "bills-number"
    NATURE = "bills-nature"
    FIRST = "bills-first"
    LAST = "bills-last"
    START = "bills-start"
    END = "bills-end"
    COEFFICIENT = "bills-coefficient"
    ENERGY = "bills-energy"
    AMOUNT = "bills-amount"
    SAVE = "bills-save"
    REMOVE = "bills-remove"
    REMOVED = "bills-removed"  # the one that was just taken away
    RESTORE = "bills-restore"


FIELDS = {
    "pce": Ids.PCE,
    "number": Ids.NUMBER,
    "nature": Ids.NATURE,
    "first": Ids.FIRST,
    "last": Ids.LAST,
    "start": Ids.START,
    "end": Ids.END,
    "coefficient": Ids.COEFFICIENT,
    "energy": Ids.ENERGY,
    "amount": Ids.AMOUNT,
}
