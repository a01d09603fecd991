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
    TARIFF = "prices-tariff"  # the form of a whole tariff
    ENTER = "prices-enter"
    HERE = "prices-here"  # the PCE of the list that the form is opened from
    ENERGY = "prices-energy"
    ENERGY_UNIT = "prices-energy-unit"
    SUBSCRIPTION = "prices-subscription"
    FIXED_UNIT = "prices-fixed-unit"
    EXCISE = "prices-excise"
    CTA = "prices-cta"
    VAT = "prices-vat"
    # the messages under the amounts, as components.kit names them
    ENERGY_ERROR = "prices-energy-error"
    SUBSCRIPTION_ERROR = "prices-subscription-error"
    EXCISE_ERROR = "prices-excise-error"
    CTA_ERROR = "prices-cta-error"
    VAT_ERROR = "prices-vat-error"
    LIKELY = "prices-likely"  # what a year costs with the tariff being typed
    SURE = "prices-sure"  # keeps unlikely amounts
    SURE_ASKED = "prices-sure-asked"
    DOUBTS = "prices-doubts"  # the amounts in question, as typed
    END = "prices-end"
    REMOVE = "prices-remove"
    REMOVED = "prices-removed"  # id of the price just removed
    RESTORE = "prices-restore"


FIELDS = by_name(Ids.NAME, Ids.SORT, Ids.AMOUNT, Ids.FIRST, Ids.LAST, Ids.SCOPE, Ids.TAG, Ids.PCE)
WHOM = (Ids.FIRST, Ids.LAST, Ids.SCOPE, Ids.TAG, Ids.PCE)
AMOUNTS = (Ids.ENERGY, Ids.ENERGY_UNIT, Ids.SUBSCRIPTION, Ids.FIXED_UNIT, Ids.EXCISE, Ids.CTA)
TARIFF_FIELDS = by_name(*AMOUNTS, Ids.VAT, *WHOM)
AMOUNT_ERRORS = {
    "energy": (Ids.ENERGY, Ids.ENERGY_ERROR),
    "subscription": (Ids.SUBSCRIPTION, Ids.SUBSCRIPTION_ERROR),
    "excise": (Ids.EXCISE, Ids.EXCISE_ERROR),
    "cta": (Ids.CTA, Ids.CTA_ERROR),
    "vat": (Ids.VAT, Ids.VAT_ERROR),
}  # the field of each amount of a tariff, and its message
