"""Types of sites that are compared per square metre; energy is in Wh a m², over twelve months."""

from dataclasses import dataclass

from data.metering.surfaces.types import SiteUse

FEWEST_SIMILAR = 8  # sites without which a group says little, and too much about each


@dataclass(frozen=True, slots=True)
class SimilarGroup:
    """Sites of one use and one class of size, with the weather of one station."""

    use: SiteUse
    size: int  # place in `rules.similar.SIZES`
    station: int


@dataclass(frozen=True, slots=True)
class SiteIntensity:
    """The last 12 months of a site over its surface of each month; `group` if it has one."""

    pce_id: int
    wh_per_m2: int
    area_dm2: int  # of the last month
    group: SimilarGroup | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, largest and quartiles of a group."""

    least: int
    low: int
    median: int
    high: int
    most: int


@dataclass(frozen=True, slots=True)
class SimilarBand:
    """The middle half of a group of `count` sites for each bar of a chart, in Wh or Wh a m².

    A value is None where too few sites are known; there are none in a small group. `group` is None
    without a surface of a known use, or twelve known months; `station` is its weather station.
    """

    count: int
    values: tuple[tuple[int, int] | None, ...] = ()
    group: SimilarGroup | None = None
    station: str = ""

    @property
    def is_drawn(self) -> bool:
        return any(self.values)


@dataclass(frozen=True, slots=True)
class SimilarPlace:
    """A site in its group of `count` sites; rank 1 uses least. No `spread` in a small group."""

    site: SiteIntensity
    count: int = 0
    rank: int = 0
    spread: Spread | None = None
