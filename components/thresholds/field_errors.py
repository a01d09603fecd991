"""Render errors in typed values, each at its field."""

from collections.abc import Mapping
from datetime import date

from components.thresholds.form import BELOW, DOUBTFUL, EMPTY
from core.errors import Invalid
from core.i18n import N_, _, month_name
from data.thresholds.types import MONTHS, ThresholdDraft

_ALONE = {
    EMPTY: N_("Indiquez une valeur, en kWh."),
    BELOW: N_("Une valeur ne peut pas être négative."),
    DOUBTFUL: N_(
        "Ce nombre est ambigu : écrivez-le sans le point, ou avec deux décimales au plus."
    ),
}
_OF_MONTH = {
    EMPTY: N_("{month} : indiquez une valeur, en kWh."),
    BELOW: N_("{month} : une valeur ne peut pas être négative."),
    DOUBTFUL: N_(
        "{month} : ce nombre est ambigu, écrivez-le sans le point, ou avec deux décimales au plus."
    ),
}
_NO_NUMBER = N_("Ce n’est pas un nombre de kWh : écrivez-le en chiffres.")
_MONTH_NO_NUMBER = N_("{month} : ce n’est pas un nombre de kWh, écrivez-le en chiffres.")
_ANY_YEAR = 2026  # month names do not depend on it


def wrong_values(draft: ThresholdDraft) -> Mapping[int, str]:
    """Return the message of each invalid value, by its index."""
    return {
        slot: _sentence(slot, value, monthly=len(draft.values_wh) == MONTHS)
        for slot, value in enumerate(draft.values_wh)
        if value < 0
    }


def refuse_wrong(draft: ThresholdDraft) -> None:
    """Raise Invalid for the first invalid value, with its month."""
    for slot, value in enumerate(draft.values_wh):
        if value < 0:
            message, params = _problem(slot, value, monthly=len(draft.values_wh) == MONTHS)
            raise Invalid(message, **params)


def _sentence(slot: int, value: int, *, monthly: bool) -> str:
    message, params = _problem(slot, value, monthly=monthly)
    return _(message, **params)


def _problem(slot: int, value: int, *, monthly: bool) -> tuple[str, dict[str, str]]:
    if not monthly:
        return _ALONE.get(value, _NO_NUMBER), {}
    name = month_name(date(_ANY_YEAR, slot + 1, 1))
    return _OF_MONTH.get(value, _MONTH_NO_NUMBER), {"month": name[:1].upper() + name[1:]}
