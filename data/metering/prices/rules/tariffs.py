"""Enter a tariff at once: its parts, and what a year costs with it.

A part is named like the one that it replaces, because parts of another name add to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.metering.pces.rules import month_of
from data.metering.prices.rules.costs import DAY, in_force, key_of, tariff_on, tariffs_of
from data.metering.prices.types import (
    MILLION,
    NANO,
    Component,
    PriceDraft,
    PriceKind,
    PriceTarget,
    PriceUnit,
    Tariff,
)

MONTHS = 12
USUAL_CENTS = (3, 25)
"""Usual cost of a kWh PCS over a year, all included, in euro cents.

Wide, for France: the cheapest large sites of calm years paid 3 to 4, small ones at the height of
2022 a little over 20. It is asked about beyond, never refused.
"""
DEFAULTS: Mapping[str, tuple[str, PriceKind]] = {
    "energy": ("Fourniture", PriceKind.VARIABLE),
    "subscription": ("Abonnement", PriceKind.FIXED),
    "excise": ("Accise", PriceKind.TAX),
    "cta": ("CTA", PriceKind.FIXED),
    "vat": ("TVA", PriceKind.RATE),
}  # the stored names, which sheets of prices use too


@dataclass(frozen=True, slots=True)
class YearCost:
    """Cost of a year's energy with a tariff, in euros, rounded so that parts add up."""

    energy_wh: int
    euros: Mapping[str, int]  # by name of the part

    @property
    def total(self) -> int:
        return sum(self.euros.values())

    @property
    def cents_per_kwh(self) -> float:
        return self.total * 100_000 / self.energy_wh


@dataclass(frozen=True, slots=True)
class StoredTariff:
    """The components that make a tariff on its first day, by part of its form.

    `own` ones have its dates and its target; `shared` ones also apply on other days or to other
    PCEs; `others` have no field in the form.
    """

    own: Mapping[str, Component]
    shared: Mapping[str, Component]
    others: Sequence[Component]

    @property
    def gas(self) -> Component:
        return self.own["energy"]

    @property
    def drafts(self) -> list[PriceDraft]:
        components = [*self.own.values(), *self.shared.values(), *self.others]
        return [component.draft for component in components]

    @property
    def row_keys(self) -> list[tuple[int, int]]:
        """Return the id and version of each own component, the price of gas first."""
        return [(component.id, component.version) for component in self.own.values()]


def in_force_before(
    drafts: Sequence[PriceDraft], first: date, target: PriceTarget
) -> list[PriceDraft]:
    """Return the prices that a tariff of `target` follows, those of the day before.

    `drafts` are those that may apply to its PCE, if it has one.
    """
    shared = {PriceTarget(), target}
    applicable = [draft for draft in drafts if target.pce or draft.target in shared]
    return in_force(applicable, first - DAY)


def next_first(drafts: Sequence[PriceDraft], today: date, target: PriceTarget) -> date:
    """Return the first day to propose for a new tariff of `target`: one that follows the others.

    It is the first of the year, of the month or of the next month, unless one starts later.
    """
    firsts = [draft.first for draft in drafts if draft.target == target]
    month = today.replace(day=1)
    latest = max([month, *(first.replace(day=1) for first in firsts)])
    proposals = (month.replace(month=1), month, month_of(month, 1), month_of(latest, 1))
    return next(day for day in proposals if all(first < day for first in firsts))


def part_names(before: Sequence[PriceDraft]) -> dict[str, str]:
    """Return the name of each part of a tariff that follows the prices `before`."""
    names: dict[str, str] = {}
    taken = {key_of(draft) for draft in before}
    for part, (name, kind) in DEFAULTS.items():
        others = {other.casefold() for other, _kind in DEFAULTS.values()} - {name.casefold()}
        alike = [
            draft
            for draft in before
            if draft.kind is kind and draft.amount > 0 and key_of(draft) not in others
        ]
        is_followed = len(alike) == 1 and name.casefold() not in taken
        names[part] = alike[0].name if is_followed else name
    return names


def stored_tariff(gas: Component, components: Sequence[Component]) -> StoredTariff | None:
    """Return the tariff of a price of gas; None when the fields of a tariff cannot hold it.

    `components` are those that may apply to its PCE, if it has one.
    """
    first, last, target = gas.draft.first, gas.draft.last, gas.draft.target
    by_draft = {component.draft: component for component in components}
    applied = in_force_before(list(by_draft), first + DAY, target)
    by_name = {draft.name: by_draft[draft] for draft in applied}
    parts = {
        part: by_name[name]
        for part, name in part_names(applied).items()
        if name in by_name and by_name[name].draft.kind is DEFAULTS[part][1]
    }
    own = {
        part: component
        for part, component in parts.items()
        if (component.draft.first, component.draft.last, component.draft.target)
        == (first, last, target)
    }
    fixed_units = {own[part].draft.unit for part in ("subscription", "cta") if part in own}
    by_volume = any(component.draft.unit is PriceUnit.EUR_M3 for component in parts.values())
    if own.get("energy") != gas or by_volume or len(fixed_units) > 1:
        return None
    shared = {part: component for part, component in parts.items() if part not in own}
    others = [by_draft[draft] for draft in applied if by_draft[draft] not in parts.values()]
    return StoredTariff(own, shared, others)


def replaces(draft: PriceDraft, other: PriceDraft) -> bool:
    """Return whether `draft` follows `other`, which then ends the day before.

    A price inside the dates of `other`, which would apply again after it, does not follow it.
    """
    same = key_of(draft) == key_of(other) and draft.target == other.target
    if not same or other.first >= draft.first:
        return False
    if other.last is None:
        return True
    return other.last >= draft.first and (draft.last is None or draft.last >= other.last)


def year_cost(parts: Sequence[PriceDraft], energy_wh: int, pces: int) -> YearCost:
    """Return what a year of `energy_wh` over `pces` PCEs costs with these parts, rates last."""
    nano: dict[str, int] = {}
    for part in parts:
        if part.unit is PriceUnit.PERCENT:
            nano[part.name] = sum(nano.values()) * part.amount // MILLION
        elif part.kind is PriceKind.FIXED:
            times = MONTHS if part.unit is PriceUnit.EUR_MONTH else 1
            nano[part.name] = part.amount * times * pces
        else:
            nano[part.name] = part.amount * energy_wh // 1000
    euros = {name: (2 * amount + NANO) // (2 * NANO) for name, amount in nano.items()}
    return YearCost(energy_wh, euros)


def cents_before(before: Sequence[PriceDraft], first: date, use: tuple[int, int]) -> float | None:
    """Return the cost of a kWh with the prices `before`, as `cents_with`."""
    tariff = tariff_on(tariffs_of(before), first - DAY)
    return cents_with(tariff, use) if tariff else None


def cents_with(tariff: Tariff, use: tuple[int, int]) -> float | None:
    """Return the cost of a kWh of a year, all included, in cents; None with a price per m³.

    `use` is the year's Wh PCS, which is not 0, and the number of PCEs.
    """
    energy_wh, pces = use
    if tariff.per_m3:
        return None
    variable = tariff.per_kwh_pcs * energy_wh / 1000 * (1 + tariff.rate_variable / MILLION)
    fixed = (tariff.month * MONTHS + tariff.year) * pces * (1 + tariff.rate_fixed / MILLION)
    return (variable + fixed) / NANO * 100_000 / energy_wh


def is_usual(cents_per_kwh: float) -> bool:
    low, high = USUAL_CENTS
    return low <= cents_per_kwh <= high
