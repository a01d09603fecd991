"""Types of a trial's queries, bound to a database and a viewer at the edge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from data.metering.consumption.types import Series, View
from data.thresholds.types.screen import (
    BackTest,
    GroupTest,
    Proposal,
    SimilarThreshold,
    ThresholdPlan,
)
from data.thresholds.types.threshold import (
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)


@dataclass(frozen=True, slots=True)
class TrialQueries:
    """The queries of a trial, for one PCE or for the group of a scope."""

    back_test: Callable[[ThresholdDraft, str], BackTest]
    propose: Callable[[ThresholdKind, ThresholdPeriod, str], Proposal]
    members: Callable[[ThresholdScope], Mapping[str, str]]
    find_similar: Callable[..., Mapping[str, SimilarThreshold]]
    group_test: Callable[..., GroupTest]
    series: Callable[[View], Series]


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """Individual thresholds as `draft` would create them, and what they would have detected."""

    draft: ThresholdDraft
    plan: ThresholdPlan
    test: GroupTest
