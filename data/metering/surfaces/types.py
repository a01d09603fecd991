"""Types of surfaces: in dm², so that hundredths of a square metre are integers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DM2 = 100  # dm² in a square metre


class SiteUse(StrEnum):
    """What a site is used for: only sites of one use are compared."""

    TEACHING = "teaching"
    CHILDCARE = "childcare"
    OFFICES = "offices"
    SPORTS = "sports"
    POOL = "pool"
    CULTURE = "culture"
    HEALTH = "health"
    RETAIL = "retail"
    HOTEL = "hotel"
    HOUSING = "housing"
    INDUSTRY = "industry"


@dataclass(frozen=True, slots=True)
class SurfaceDraft:
    """Surface that a PCE heats from `first` to `last`, both included; None is unbounded."""

    pce: str
    area_dm2: int
    first: date | None = None
    last: date | None = None
    use: SiteUse | None = None
    source: str = ""  # where the figure comes from

    def is_valid_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def area_on(drafts: Iterable[SurfaceDraft], day: date) -> int | None:
    """Return the area of `day` in dm², None without one."""
    return next((draft.area_dm2 for draft in drafts if draft.is_valid_on(day)), None)


@dataclass(frozen=True, slots=True)
class Surface:
    """Stored surface; `version` detects concurrent changes."""

    id: int
    version: int
    draft: SurfaceDraft
