"""Set the gas of entities beside the absolute value of their category of activity.

A site meets the decree by its share of a reference year or by this value, of all its energies: gas
alone can show that the value is exceeded, never that it is met (domain.md §8.2).
"""

import re
from collections.abc import Sequence
from datetime import date

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.rules import folded
from data.metering.surfaces.types import DM2
from data.money.operat.rules.entities import entities_of
from data.money.operat.rules.trajectory import STEPS
from data.money.operat.rules.years import pci_wh
from data.money.operat.types import AbsoluteStanding, AbsoluteValue, OperatLine

TARGETS = tuple(year for year, _percent in STEPS)
WH = 1000  # in a kWh
MOST_KWH = 5000  # per m² and year: a data centre uses less
_VALUE = re.compile(r"\d{1,4}(?:\.\d{1,20})?", re.ASCII)
_NO_CATEGORY = N_("Indiquez la catégorie d’activité, écrite comme dans les sites.")


def category_key(category: str) -> str:
    """Return the key of a category: case, accents and spaces do not matter."""
    return folded(" ".join(category.split()))


def check_category(category: str) -> str:
    if not category:
        raise Invalid(_NO_CATEGORY)
    return category


def target_in(text: str) -> int:
    """Return a target year of the decree. Raise Invalid."""
    if text.strip() not in {str(year) for year in TARGETS}:
        raise Invalid(N_("L’échéance est 2030, 2040 ou 2050."))
    return int(text)


def value_in(text: str) -> int:
    """Return kWh per m² as Wh. Raise Invalid."""
    bare = "".join(text.split()).replace(",", ".")
    kwh = float(bare) if _VALUE.fullmatch(bare) else 0.0
    if not 1 <= kwh <= MOST_KWH:
        raise Invalid(N_("Une valeur absolue est un nombre de kWh/m² par an, de 1 à {most}."),
                      most=MOST_KWH)  # fmt: skip
    return round(kwh * WH)


def find_value(
    values: Sequence[AbsoluteValue], category: str, target_year: int, day: date
) -> AbsoluteValue | None:
    """Return the value of a category in force on `day`: the latest published by then."""
    key = category_key(category)
    applicable = [
        value
        for value in values
        if value.target_year == target_year
        and value.first <= day
        and category_key(value.category) == key
    ]
    return max(applicable, key=lambda value: value.first, default=None)


def list_standings(
    lines: Sequence[OperatLine], values: Sequence[AbsoluteValue], day: date
) -> tuple[AbsoluteStanding, ...]:
    """Return each entity with a category, a surface and a whole year, the furthest first."""
    standings = []
    for entity in entities_of(lines):
        area_dm2, gas_wh = entity.draft.surface_dm2, pci_wh(entity.year.energy_wh_pcs)
        if entity.draft.category and area_dm2 and gas_wh is not None and not entity.year.missing:
            value = find_value(values, entity.draft.category, TARGETS[0], day)
            standings.append(AbsoluteStanding(entity, gas_wh * DM2 // area_dm2, value))
    return tuple(sorted(standings, key=_distance, reverse=True))


def _distance(standing: AbsoluteStanding) -> float:
    value = standing.value
    return standing.gas_wh_per_m2 / value.wh_per_m2 if value else -1.0
