"""Types of the weather: stations, days and the two degree-day methods.

Temperatures are stored in 1/100 °C and computed in °C, NaN for unknown values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BASE = 18.0  # °C: 19 indoors, minus one degree of heat from people and appliances
BASES = (10.0, 22.0)  # °C, minimum and maximum base that may be chosen


class DegreeDayMethod(StrEnum):
    """Method of counting degree days (domain.md §8.1)."""

    METEO = "meteo"  # from the mean temperature
    COSTIC = "costic"  # from minimum and maximum: used by energy professionals


class StationSource(StrEnum):
    """Source of a station's days."""

    FILE = "file"  # uploaded file
    SERVICE = "service"  # network provider


class StationFreshness(StrEnum):
    """How up to date a station's days are."""

    NONE = "none"
    FRESH = "fresh"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class StationDay:
    """Measures of a station on a day, in 1/100 °C.

    Minimum and maximum are None when only the mean is known.
    """

    day: date
    mean_c100: int
    min_c100: int | None = None
    max_c100: int | None = None


@dataclass(frozen=True, slots=True)
class Temperatures:
    """Consecutive days from `first`, in °C, NaN where unknown; the arrays have equal lengths."""

    first: date
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class StationPlace:
    """Code and coordinates (degrees) of a station, as a provider needs them."""

    code: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class WeatherFile:
    """Parsed file: the days of each station by code, and the faults by line."""

    days: dict[str, list[StationDay]]
    faults: list[tuple[int, str, dict[str, str]]]  # line number, French message, its parameters


@dataclass(frozen=True, slots=True)
class WeatherLoad:
    """Result of loading days: how many were new, changed or unchanged.

    `contested` counts deposited days that contradict the distributor's value.
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
    """State of the provider's fetches; `problem` is a French message, "" after a success.

    `new`, `changed` and `refused` count the days of the last answer.
    """

    tried_at: datetime
    done_at: datetime | None
    failures: int
    problem: str
    new: int = 0
    changed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class StationReading:
    """A station day with the station's code."""

    station: str
    day: StationDay


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station as the operator sees it.

    `missing` counts the days of the last year without a value, `near` the PCEs served by postal
    code, `chosen` those it was assigned to.
    """

    id: int
    place: StationPlace
    name: str
    source: StationSource | None  # source of the last days; None before any
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
    """Station of a PCE's temperatures, and the last day it has a value for."""

    code: str
    name: str
    source: StationSource | None
    last: date | None

    @property
    def label(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class LocalDay:
    """Mean of a day at a PCE, in 1/100 °C; `station` is None for the PCE's own value."""

    mean_c100: int
    station: LocalStation | None


@dataclass(frozen=True, slots=True)
class StationDraft:
    """Form values of a station; `areas` are the postal code prefixes it serves."""

    place: StationPlace
    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChosenPce:
    """A PCE to which a station is assigned."""

    number: str
    alias: str
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class StationChoice:
    """Station code assigned to a PCE; "" removes the assignment."""

    pce_id: int
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class ServedPces:
    """Counts of PCEs by station id, by area and by assignment, and of those without one."""

    near: Mapping[int, int]
    chosen: Mapping[int, int]
    unserved: int
