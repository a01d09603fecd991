"""What demo fleet is asked for."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """A fleet to load: `pces` sites from index `first` on, seen from the day `today`."""

    pces: int
    years: int
    seed: int
    today: date
    password: str = field(repr=False)  # of the demo's accounts; not stored in the journal
    operator: str = "Réseau Gaz"
    first: int = 0
