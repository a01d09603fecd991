"""Component ids of the bills' screens."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "bills-form"  # redrawn by each response, with the typed values
    SEEN = "bills-seen"  # id and version of the bill being edited: [12, 3]
    PCE = "bills-pce"
    PCE_LIST = "bills-pce-list"
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
    REMOVED = "bills-removed"  # id of the bill just deleted
    FILE = "bills-file"
    SENT = "bills-sent"  # what the server read in an e-invoice
    READ = "bills-read"  # what it could not read, in a sentence
    RESTORE = "bills-restore"


FIELDS = by_name(
    Ids.PCE,
    Ids.NUMBER,
    Ids.NATURE,
    Ids.FIRST,
    Ids.LAST,
    Ids.START,
    Ids.END,
    Ids.COEFFICIENT,
    Ids.ENERGY,
    Ids.AMOUNT,
)
