"""What a trial asks, bound to its database and viewer at the edge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data.consumption.types import Series, View
from data.thresholds.types.screen import Alike, BackTest, GroupTest, Plan, Proposal
from data.thresholds.types.setting import Draft, Period, Scope, ThresholdKind


@dataclass(frozen=True, slots=True)
class Asks:
    """The queries of a trial: of one PCE, or of the group that a scope holds."""

    back_test: Callable[[Draft, str], BackTest]
    propose: Callable[[ThresholdKind, Period, str], Proposal]
    members: Callable[[Scope], Mapping[str, str]]
    alike: Callable[..., Mapping[str, Alike]]
    group_test: Callable[..., GroupTest]
    series: Callable[[View], Series]


@dataclass(frozen=True, slots=True)
class Planned:
    """One threshold a PCE as *draft* would set them, and what they would have done."""

    draft: Draft
    plan: Plan
    test: GroupTest
