"""Types of the screens of thresholds and episodes, and of a trial's queries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from data.analysis.signatures.types import Reason
from data.metering.consumption.types import Series, View
from data.notifications.types import Severity
from data.thresholds.types.threshold import (
    OPEN,
    SAME,
    Ending,
    EpisodeState,
    Exceedance,
    LearnedReference,
    PceWithoutReference,
    ThresholdChange,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    WeekLimits,
)


@dataclass(frozen=True, slots=True)
class ThresholdFilter:
    """The filters of the list of thresholds."""

    text: str = ""  # in its name, its tag, or a PCE of its scope
    kind: ThresholdKind | None = None
    paused: bool | None = None
    open: bool | None = None  # with an open episode
    removed: bool = False
    pce: str = ""  # that watch this PCE


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """A line of the list of thresholds."""

    id: int
    name: str
    kind: ThresholdKind
    period: ThresholdPeriod
    severity: Severity
    paused: bool
    removed: bool
    valid_from: date | None
    valid_to: date | None
    tag: str
    pces: int  # watched now and readable by the viewer
    sites: tuple[str, ...]  # the first three by alias
    warned: int  # open episodes at warning level
    exceeded: int  # open episodes over the limit
    changed_at: datetime
    organisation: str  # "" for the viewer's own
    mine: bool  # the viewer can change it, or restore it once removed


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """The numbers of thresholds before the kind and state filters."""

    total: int  # active ones, like the counts below
    paused: int
    open: int
    removed: int  # removed ones
    by_kind: Mapping[ThresholdKind, int]


@dataclass(frozen=True, slots=True)
class ThresholdDetail:
    """A threshold in full; `draft.scope.pces` are those named, not those of the tag."""

    row: ThresholdRow
    draft: ThresholdDraft
    version: int  # to be passed back on change: Conflict if another one came between


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A change: author, date, and the definitions before and after."""

    version: int
    at: datetime
    who: str
    change: ThresholdChange
    first: date  # the first gas day that it applies to
    before: ThresholdDraft | None
    after: ThresholdDraft


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode as displayed."""

    id: int
    threshold_id: int
    threshold: str
    kind: ThresholdKind
    period: ThresholdPeriod
    severity: Severity
    state: EpisodeState
    pce: str
    alias: str
    first: date
    warned_on: date | None
    exceeded_on: date | None
    ended_on: date | None
    ending: Ending | None
    value_wh: int
    limit_wh: int
    peak_wh: int
    peak_on: date
    excess_wh: int
    last: date  # the latest day evaluated, its value and limit: the current running total
    last_wh: int | None
    last_limit_wh: int | None
    expected_on: date | None  # a warned fixed month or year: when it exceeds at this pace
    # consumption explained by the weather, for weather-corrected thresholds
    expected_wh: int | None
    provisional: bool
    found_at: datetime
    learnt_on: date | None  # set when detected later than usual
    acknowledged_by: str
    acknowledged_at: datetime | None
    comment: str
    assigned_to: str
    snoozed_until: date | None
    answerable: bool  # the viewer can acknowledge or snooze it
    mine: bool  # the viewer can assign it

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """A page of episodes; `total` is the overall count."""

    rows: tuple[EpisodeRow, ...]
    total: int
    page: int  # the first is 1


@dataclass(frozen=True, slots=True)
class LimitStep:
    """A run of days with the same limit: a step of the drawn line."""

    first: date
    last: date
    limit_wh: int


@dataclass(frozen=True, slots=True)
class LimitLine:
    """The limits of a threshold over some days; RELATIVE and MISSING have none."""

    threshold_id: int
    name: str
    kind: ThresholdKind
    period: ThresholdPeriod
    severity: Severity
    limits: tuple[LimitStep, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A PCE's worst open episode in the fleet, and the number of open ones."""

    state: EpisodeState
    severity: Severity
    open: int


@dataclass(frozen=True, slots=True)
class BackTestBar:
    """A day, month or year of the back-test's chart, with its limit."""

    first: date
    last: date
    energy_wh: int | None
    limit_wh: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a draft would have detected over at most three years of a PCE."""

    pce: str
    alias: str
    first: date
    last: date
    warned: int  # warnings, those that became exceedances included
    exceeded: int
    exceedances: tuple[Exceedance, ...]  # oldest first
    bars: tuple[BackTestBar, ...]
    last_year_wh: int = 0  # consumption in the last 365 known days
    learnt: LearnedReference | None = None  # for WEATHER: the signature, reliable or refused
    known_to: date | None = None  # and the last day with a known temperature


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposed values and the figures that explain them.

    `years` is the number of years behind the medians; `margin` the percent added. WEATHER has an
    excess `percent` based on the usual deviation `strays`, or a `reason` for none.
    """

    values_wh: tuple[int, ...]
    years: int
    margin: int
    first: date | None
    last: date | None
    percent: int = 0
    strays: float = 0.0
    reason: Reason | None = None
    week: WeekLimits = SAME  # of a daily threshold


@dataclass(frozen=True, slots=True)
class ReturnMargin:
    """A margin of return to normal proposed from the past, in percent, and that of the draft.

    The repeats are the alerts of the trial that ring within a week of a return to normal.
    """

    percent: int
    repeats: int
    current: int
    current_repeats: int


@dataclass(frozen=True, slots=True)
class SimilarThreshold:
    """An active threshold of the kind of a draft on one of its PCEs."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class GroupTest:
    """What drafts would have detected in a group, on all PCEs or a sample."""

    pces: int  # of the group
    tried: int  # tried: all, or a sample
    alerted: int  # of those tried, with at least one alert
    exceeded: int  # alerts over all those tried
    least_wh: int  # lowest and highest consumption in the last year of those tried
    most_wh: int


@dataclass(frozen=True, slots=True)
class PlannedPce:
    """A PCE with the values proposed from its last three years."""

    number: str
    alias: str
    values_wh: tuple[int, ...]
    percent: int = 0  # for WEATHER


@dataclass(frozen=True, slots=True)
class ThresholdPlan:
    """Individual thresholds for PCEs, before creation."""

    rows: tuple[PlannedPce, ...]
    existing_count: int  # PCEs that already have one of this kind, skipped unless requested
    short: int  # PCEs without enough history
    refused: tuple[PceWithoutReference, ...] = ()  # PCEs without a reliable signature


class EpisodeCounts(NamedTuple):
    """Open episodes by what they say of their threshold."""

    exceeded: int = 0
    silences: int = 0
    warned: int = 0


NO_EPISODES = EpisodeCounts()


@dataclass(frozen=True, slots=True)
class HomeEpisodes:
    """The episodes of the home page: those not acknowledged, most severe first.

    Open ones are counted by kind, snoozed ones apart; `seen` of them need no action.
    """

    rows: tuple[EpisodeRow, ...]
    awake: EpisodeCounts
    snoozed: int
    thresholds: int  # in force; 0 means that none was created yet
    days_without: int | None  # since the last exceedance ended; None when there never was one
    seen: EpisodeCounts = NO_EPISODES  # of the awake ones
    late: int = 0  # stale PCEs that an open alert already reports

    @property
    def open(self) -> int:
        """Return the number of open episodes, snoozed and acknowledged ones included."""
        return sum(self.awake) + self.snoozed

    @property
    def to_do(self) -> EpisodeCounts:
        """Return the open episodes that nobody has seen."""
        return EpisodeCounts(*(a - s for a, s in zip(self.awake, self.seen, strict=True)))


@dataclass(frozen=True, slots=True)
class TrialQueries:
    """The queries of a trial, for one PCE or for the group of a scope."""

    back_test: Callable[[ThresholdDraft, str], BackTest]
    propose: Callable[[ThresholdKind, ThresholdPeriod, str], Proposal]
    propose_return: Callable[[ThresholdDraft, str], ReturnMargin | None]
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


@dataclass(frozen=True, slots=True)
class DayAlert:
    """The alert of one PCE on a day's consumption, set or proposed.

    `rang_on` are the days of the last twelve months on which it would have rung, oldest first;
    `value_wh` is None with too few days to propose one.
    """

    number: str
    value_wh: int | None
    rang_on: tuple[date, ...] = ()
    is_on: bool = False
    threshold: int | None = None  # once it was turned on
