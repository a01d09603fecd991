"""Types of the weather: stations, days and the two degree-day methods.

Temperatures are stored in 1/100 °C, and computed with in °C, NaN for unknown values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BASE = 18.0  # °C: 19 wanted inside, less one degree that people and lamps give
BASES = (10.0, 22.0)  # °C, the least and the most that may be asked for


class DegreeDayMethod(StrEnum):
    """How the degree days of a day are counted (domain.md §8.1)."""

    METEO = "meteo"  # from the mean
    COSTIC = "costic"  # from the least and the most: of the professionals of energy


class StationSource(StrEnum):
    """Where the days of a station come from."""

    FILE = "file"  # that somebody loads
    SERVICE = "service"  # that answers over the network


class StationFreshness(StrEnum):
    """How the days of a station stand, today."""

    NONE = "none"
    FRESH = "fresh"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class StationDay:
    """What a station measured on a day, 1/100 °C; the ends are unknown where it says the mean."""

    day: date
    mean_c100: int
    min_c100: int | None = None
    max_c100: int | None = None


@dataclass(frozen=True, slots=True)
class Temperatures:
    """A run of days from `first`, °C, NaN where unknown: three columns of the same length."""

    first: date
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class StationPlace:
    """A station as a provider is asked for it: its code, and where it stands, in degrees."""

    code: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class WeatherFile:
    """A file read: the days of each station by its code, and what is wrong, line by line."""

    days: dict[str, list[StationDay]]
    faults: list[tuple[int, str, dict[str, str]]]  # line, French sentence, its blanks


@dataclass(frozen=True, slots=True)
class WeatherLoad:
    """What loading did: days new, changed, the same as before.

    `contested` are those of a deposit where the distributor's side says another value.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    contested: int = 0

    def __add__(self, other: "WeatherLoad") -> "WeatherLoad":
        return WeatherLoad(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.contested + other.contested,
        )


@dataclass(frozen=True, slots=True)
class Fetch:
    """How asking the provider went lately; `problem` is a French sentence, "" when it answered.

    `new`, `changed` and `refused` count days of its last answer.
    """

    tried_at: datetime
    done_at: datetime | None
    failures: int
    problem: str
    new: int = 0
    changed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class StationStatement:
    """A day that somebody says of a station, by its code."""

    station: str
    day: StationDay


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station as who runs the portal sees it.

    `missing` counts the days of the last year that it says nothing of; `near` the PCE that it
    serves by their postal code, `chosen` those that it was chosen for.
    """

    id: int
    place: StationPlace
    name: str
    source: StationSource | None  # who spoke last; nobody yet: None
    first: date | None
    last: date | None
    missing: int
    areas: tuple[str, ...] = ()
    near: int = 0
    chosen: int = 0

    @property
    def serves(self) -> int:
        return self.near + self.chosen


@dataclass(frozen=True, slots=True)
class LocalStation:
    """The station that tells the temperatures of a PCE, and the last day that it said."""

    code: str
    name: str
    source: StationSource | None
    last: date | None

    @property
    def label(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class LocalDay:
    """The mean of a day where a PCE is, 1/100 °C; `station` is None where it is its own."""

    mean_c100: int
    station: LocalStation | None


@dataclass(frozen=True, slots=True)
class StationDraft:
    """What a form says of a station: beginnings of postal codes that it serves, among others."""

    place: StationPlace
    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChosenPce:
    """A PCE that a station was chosen for."""

    number: str
    alias: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class StationChoice:
    """The station that somebody chose for a PCE, by its code; "" takes the choice away."""

    pce_id: int
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Serving:
    """Which PCE have a station: by area, by choice, of each by its id; how many have none."""

    near: Mapping[int, int]
    chosen: Mapping[int, int]
    unserved: int
