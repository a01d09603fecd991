"""Types of the alerts screen: messages grouped by site and threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.notifications.types import Inbox
from data.thresholds.types.screen import NO_EPISODES, EpisodeCounts, EpisodeRow, HomeEpisodes


class AlertState(StrEnum):
    """Where an alert is listed, by what it is now."""

    OPEN = "open"  # over its limit, or without data
    NEAR = "near"  # warned: at its warning level
    BACK = "back"  # over


@dataclass(frozen=True, slots=True)
class AlertKey:
    """A site and a threshold with messages for the viewer, and its latest episode."""

    episode_id: int
    threshold_id: int
    pce_id: int
    state: AlertState
    episodes: int
    messages: int
    since: date  # first gas day of the first episode
    is_seen: bool  # acknowledged, or over and read
    snoozed: bool
    is_silence: bool = False  # of a threshold on missing data


@dataclass(frozen=True, slots=True)
class RecentDays:
    """The last days of a site: Wh by day, None for a missing day, and the drawn limit.

    With a limit in days or in a month, `values_wh` are compared with it: running totals for a
    month. `over` tells the days in exceedance; `last_limit_wh` is that of the last day, where each
    day has one.
    """

    last: date
    values_wh: tuple[int | None, ...]
    over: tuple[bool, ...]
    limit_wh: int | None = None
    last_limit_wh: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A line of the alerts screen; `excess_cents` is the cost of the excess, where priced."""

    key: AlertKey
    row: EpisodeRow
    days: RecentDays | None = None
    excess_cents: int | None = None


@dataclass(frozen=True, slots=True)
class RaiseProposal:
    """What a threshold higher by `percent` changes: exceedances of a year, those kept quiet."""

    total: int
    quiet: int
    percent: int


@dataclass(frozen=True, slots=True)
class AlertBlock:
    """Alerts of one threshold that rang on several sites; a single one stands for itself.

    `total` counts them all, of which `alerts` are drawn.
    """

    alerts: tuple[Alert, ...]
    total: int
    episodes: int
    messages: int
    raising: RaiseProposal | None = None

    @property
    def head(self) -> Alert:
        return self.alerts[0]


@dataclass(frozen=True, slots=True)
class AlertSection:
    """The alerts in one state: the first blocks, and the number of all of them."""

    state: AlertState
    blocks: tuple[AlertBlock, ...]
    total: int
    sites: int


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Numbers of the alerts screen: lines by tab, sites in exceedance, messages."""

    to_see: int = 0
    later: int = 0
    seen_count: int = 0
    open: EpisodeCounts = NO_EPISODES  # not acknowledged, not snoozed
    messages: int = 0


@dataclass(frozen=True, slots=True)
class BellCount:
    """Numbers of the bell: open alerts, and other unread messages."""

    alerts: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class AlertList:
    sections: Sequence[AlertSection]
    counts: AlertCounts


class AlertTab(StrEnum):
    TO_SEE = "to-see"
    LATER = "later"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class AlertSearch:
    """What a page asks for: a tab of alerts, or None for the other messages."""

    tab: AlertTab | None = AlertTab.TO_SEE
    text: str = ""
    unfolded: bool = False
    page: int = 1  # of the other messages


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Content of a tab of the alerts screen.

    `messages` are those that no alert groups, where they are asked for; `home` and `proofs` explain
    an empty tab.
    """

    alerts: AlertList
    others: int  # other messages not read yet
    messages: Inbox | None = None
    home: HomeEpisodes | None = None
    proofs: int | None = None
