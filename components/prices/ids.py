"""Component ids of the prices' screens."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "prices-form"  # redrawn by each response, with the typed values
    SEEN = "prices-seen"  # id and version of the price being edited: [12, 3]
    NAME = "prices-name"
    SORT = "prices-sort"
    AMOUNT = "prices-amount"
    FIRST = "prices-first"
    LAST = "prices-last"
    SCOPE = "prices-scope"
    TAG = "prices-tag"
    PCE = "prices-pce"
    PCE_LIST = "prices-pce-list"
    SAVE = "prices-save"
    ASKED = "prices-asked"  # answers to the question about an unlikely amount
    MEANT = "prices-meant"  # the amount probably meant
    KEEP = "prices-keep"  # the typed amount
    DOUBTED = "prices-doubted"  # the kind and amount in question
    END = "prices-end"
    REMOVE = "prices-remove"


FIELDS = by_name(Ids.NAME, Ids.SORT, Ids.AMOUNT, Ids.FIRST, Ids.LAST, Ids.SCOPE, Ids.TAG, Ids.PCE)
