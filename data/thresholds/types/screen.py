"""Types of the screens of thresholds and episodes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from data.notifications.types import Severity
from data.signatures.types import Reason
from data.thresholds.types.threshold import (
    OPEN,
    Ending,
    EpisodeState,
    Spell,
    ThresholdChange,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
)
from data.thresholds.types.winter import Learnt, RefusedPce


@dataclass(frozen=True, slots=True)
class ThresholdFilter:
    """Which thresholds a list shows."""

    text: str = ""  # in its name, its tag, or a PCE of its scope
    kind: ThresholdKind | None = None
    paused: bool | None = None
    open: bool | None = None  # with an open episode
    removed: bool = False
    pce: str = ""  # that watch this PCE


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """One line of the list of thresholds."""

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
    pces: int  # watched now, that the viewer may read
    sites: tuple[str, ...]  # the first of them by alias, at most three
    warned: int  # open episodes that are only warned
    exceeded: int  # open episodes that exceed
    changed_at: datetime
    organisation: str  # "" when it is the viewer's
    mine: bool  # the viewer may change it, or restore it once removed


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """How many thresholds, before the filter on kind and state is put."""

    total: int  # that stand, as all that follow
    paused: int
    open: int
    removed: int  # that stand no more
    by_kind: Mapping[ThresholdKind, int]


@dataclass(frozen=True, slots=True)
class ThresholdDetail:
    """A threshold whole; `draft.scope.pces` are those named, not those of the tag."""

    row: ThresholdRow
    draft: ThresholdDraft
    version: int  # to be given back when it is changed: Conflict if another came between


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change: who, when, and the whole definition before and after."""

    version: int
    at: datetime
    who: str
    change: ThresholdChange
    first: date  # the first gas day it judges
    before: ThresholdDraft | None
    after: ThresholdDraft


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode as a screen shows it."""

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
    last: date  # the latest day judged, with its value and its limit: the running total as known
    last_wh: int | None
    last_limit_wh: int | None
    expected_on: date | None  # warned, of a fixed month or year: when it exceeds at this pace
    expected_wh: int | None  # what the weather explains of the value, for a kind that knows it
    provisional: bool
    found_at: datetime
    learnt_on: date | None  # set when learnt later than usual
    acknowledged_by: str
    acknowledged_at: datetime | None
    comment: str
    assigned_to: str
    snoozed_until: date | None
    answerable: bool  # the viewer may say that they saw it, or put it off
    mine: bool  # the viewer may give it to somebody

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """A part of the list of episodes: `total` is how many there are in all."""

    rows: tuple[EpisodeRow, ...]
    total: int
    page: int  # the first is 1


@dataclass(frozen=True, slots=True)
class LimitStep:
    """A stretch of days over which a threshold has the same limit: a step of the drawn line."""

    first: date
    last: date
    limit_wh: int


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One threshold's limits over the days asked; RELATIVE and MISSING have none to draw."""

    threshold_id: int
    name: str
    kind: ThresholdKind
    period: ThresholdPeriod
    severity: Severity
    limits: tuple[LimitStep, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """What the fleet shows beside a PCE: its worst open episode, and how many there are."""

    state: EpisodeState
    severity: Severity
    open: int


@dataclass(frozen=True, slots=True)
class BackTestBar:
    """A day, month or year of the back-test's chart, its limit drawn over it."""

    first: date
    last: date
    energy_wh: int | None
    limit_wh: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a draft would have done: the real rules over at most three years of one PCE."""

    pce: str
    alias: str
    first: date
    last: date
    warned: int  # warnings, those that went on to exceed included
    exceeded: int
    spells: tuple[Spell, ...]  # oldest first
    bars: tuple[BackTestBar, ...]
    last_year_wh: int = 0  # what it used in the last 365 days known
    learnt: Learnt | None = None  # of WEATHER: by which signature, or why by none
    known_to: date | None = None  # and the last day whose temperature is known


@dataclass(frozen=True, slots=True)
class Proposal:
    """Values worth starting from, and the figures that explain them.

    `years` is how many years are behind the medians; `margin` the percent added to them. WEATHER's
    is an excess of `percent`, where the site usually `strays` by so many; or the `reason` why none.
    """

    values_wh: tuple[int, ...]
    years: int
    margin: int
    first: date | None
    last: date | None
    percent: int = 0
    strays: float = 0.0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SimilarThreshold:
    """A threshold that stands, of the kind of a draft, on one of its PCE."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class GroupTest:
    """What drafts would have done on the PCE of a group: on all, or on a sample of them."""

    pces: int  # of the group
    tried: int  # of them; as many as `pces`, or a sample
    alerted: int  # of those tried, that would have alerted once at least
    exceeded: int  # alerts over all those tried
    least_wh: int  # what the smallest and the largest of those tried used in their last year
    most_wh: int


@dataclass(frozen=True, slots=True)
class PlannedPce:
    """A PCE about to get the values that its own three years propose."""

    number: str
    alias: str
    values_wh: tuple[int, ...]
    percent: int = 0  # of WEATHER


@dataclass(frozen=True, slots=True)
class ThresholdPlan:
    """One threshold a PCE, before any is set."""

    rows: tuple[PlannedPce, ...]
    existing_count: (
        int  # PCE that have one of this kind already: left as they are, unless asked for
    )
    short: int  # PCE whose history proposes nothing
    refused: tuple[RefusedPce, ...] = ()  # those of them whose signature is not reliable


@dataclass(frozen=True, slots=True)
class HomeEpisodes:
    """What the home page tells: those that nobody has seen yet, the gravest first.

    What is open is counted by kind, those put off apart; `seen` of them need nothing more.
    """

    rows: tuple[EpisodeRow, ...]
    exceeded: int
    warned: int
    snoozed: int
    thresholds: int  # in force, of those counted: 0 is "none set yet"
    days_without: int | None  # since the last exceedance ended; None when there never was one
    silences: int = 0
    seen_count: int = 0  # of these three
    late: int = 0  # PCE that are stale, of which an alert to be treated tells already

    @property
    def open(self) -> int:
        """Every one, put off or seen too."""
        return self.exceeded + self.warned + self.silences + self.snoozed

    @property
    def to_do(self) -> int:
        return self.exceeded + self.warned + self.silences - self.seen_count
