"""Component ids of the prices' screens."""

from enum import StrEnum


class Ids(StrEnum):
    FORM = "prices-form"  # drawn again by each answer, full of what was typed
    SEEN = "prices-seen"  # which one is changed, and the version on screen: [12, 3]
    NAME = "prices-name"
    SORT = "prices-sort"
    AMOUNT = "prices-amount"
    FIRST = "prices-first"
    LAST = "prices-last"
    SCOPE = "prices-scope"
    TAG = "prices-tag"
    PCE = "prices-pce"
    SAVE = "prices-save"
    ASKED = "prices-asked"  # the answers to the question that an unlikely amount raises
    MEANT = "prices-meant"  # what was perhaps meant
    KEEP = "prices-keep"  # the amount as it was typed
    DOUBTED = "prices-doubted"  # which sort and amount were asked about
    END = "prices-end"
    REMOVE = "prices-remove"


FIELDS = {
    "name": Ids.NAME,
    "sort": Ids.SORT,
    "amount": Ids.AMOUNT,
    "first": Ids.FIRST,
    "last": Ids.LAST,
    "scope": Ids.SCOPE,
    "tag": Ids.TAG,
    "pce": Ids.PCE,
}
