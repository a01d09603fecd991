"""Follow the gas of a functional entity towards the objectives of the decree (domain.md §8.2).

Energies are in Wh PCI, as the decree counts. Its objectives are of all energies of an entity: those
of its gas alone show the way, and are said so on the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.money.operat.rules.entities import entities_of
from data.money.operat.rules.years import pci_wh
from data.money.operat.types import Entity, OperatLine

STEPS = ((2030, 40), (2040, 50), (2050, 60))  # year, percent below the reference
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The gas of an entity beside its reference; `adjusted_wh` is in the reference's climate."""

    entity: Entity
    reference_year: int
    reference_wh: int
    current_wh: int
    adjusted_wh: int | None

    @property
    def change(self) -> float:
        """Return the change from the reference, in percent, in its climate where known."""
        compared = self.current_wh if self.adjusted_wh is None else self.adjusted_wh
        return 100 * (compared / self.reference_wh - 1)

    @property
    def next_step(self) -> tuple[int, int] | None:
        """Return the first objective that is not met; None when all are."""
        return next((step for step in STEPS if self.change > -step[1]), None)


def objective_wh(reference_wh: int, percent: int) -> int:
    return reference_wh * (_WHOLE - percent) // _WHOLE


def trajectories(lines: Sequence[OperatLine]) -> tuple[Trajectory, ...]:
    """Return the trajectory of each entity whose PCEs all have the reference of one year."""
    by_pce = {line.site.draft.pce: line for line in lines}
    groups = [(entity, [by_pce[pce] for pce in entity.pces]) for entity in entities_of(lines)]
    found_trajectories = [_trajectory(entity, group) for entity, group in groups]
    return tuple(trajectory for trajectory in found_trajectories if trajectory is not None)


def _trajectory(entity: Entity, lines: Sequence[OperatLine]) -> Trajectory | None:
    references = [line.site.draft.reference_wh for line in lines]
    years = {line.site.draft.reference_year for line in lines}
    (year, *others), current_wh = years, pci_wh(entity.year.energy_wh_pcs)
    if others or year is None or not all(references) or current_wh is None or entity.year.missing:
        return None
    adjusted = [adjusted_wh(line) for line in lines]
    total = None if None in adjusted else sum(value or 0 for value in adjusted)
    return Trajectory(entity, year, sum(value or 0 for value in references), current_wh, total)


def adjusted_wh(line: OperatLine) -> int | None:
    """Return the year's Wh PCI in the climate of the reference; None where it is not known.

    What does not depend on the weather is that of July and August; the rest follows degree days.
    """
    current_wh, summer_wh = pci_wh(line.year.energy_wh_pcs), pci_wh(line.summer_wh)
    reference = line.site.draft.reference_degree_days
    if current_wh is None or summer_wh is None or not reference or not line.degree_days:
        return None
    base_wh = min(current_wh, summer_wh * line.year.length)
    return base_wh + round((current_wh - base_wh) * reference / line.degree_days)
