"""Types of simulated sites."""

from datetime import date
from typing import Protocol


class SimulatedStory(Protocol):
    """What happens to the consumption and the meter of a site."""

    @property
    def drift(self) -> float: ...  # relative change of consumption per year
    @property
    def works(self) -> date | None: ...  # heating falls by a quarter from that day
    @property
    def new_meter(self) -> date | None: ...  # the index restarts from zero that day
    @property
    def rollover(self) -> bool: ...  # the counter passes through zero


class SimulatedSite(Protocol):
    """What the gas of a site is simulated from; `seed` determines its noise."""

    @property
    def seed(self) -> int: ...
    @property
    def kind(self) -> str: ...  # key of the profiles
    @property
    def zone(self) -> int: ...  # of school holidays
    @property
    def reference_kwh(self) -> int: ...
    @property
    def meter_digits(self) -> int: ...
    @property
    def story(self) -> SimulatedStory: ...
