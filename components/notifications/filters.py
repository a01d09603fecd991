"""Parse and write the tab and filters of the alerts page's address."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from components.kit import page_of
from core.query_string import query_string
from data.notifications.types import NOTICE_KINDS, NotificationKind
from data.thresholds.types.alerts import AlertSearch, AlertTab

PATH = "/notifications"


class Tab(StrEnum):
    INBOX = "inbox"
    LATER = "later"
    OTHERS = "others"
    SEEN = "seen"
    SETTINGS = "settings"
    CHANNELS = "channels"
    JOURNAL = "journal"


_ALERT_TABS: Mapping[Tab, AlertTab] = {
    Tab.INBOX: AlertTab.TO_SEE,
    Tab.LATER: AlertTab.LATER,
    Tab.SEEN: AlertTab.SEEN,
}


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Query parameters of the page."""

    tab: Tab = Tab.INBOX
    site: str = ""
    page: int = 1
    unfolded: bool = False  # every line of a section
    stop: NotificationKind | None = None  # kind that the user is about to mute

    @property
    def search(self) -> AlertSearch:
        return AlertSearch(_ALERT_TABS.get(self.tab), self.site, self.unfolded, self.page)


def read_asked(query: Mapping[str, Any]) -> InboxQuery:
    """Parse a query string; invalid values are ignored."""
    tab = str(query.get("tab") or "")
    return InboxQuery(
        tab=Tab(tab) if tab in set(Tab) else Tab.INBOX,
        site=str(query.get("site") or "")[:100].strip(),
        page=page_of(query.get("page")),
        unfolded=query.get("all") == "1",
        stop=kind_of(query.get("stop")),
    )


def kind_of(text: object) -> NotificationKind | None:
    """Return a kind that a user can read or mute; None if invalid."""
    return next((kind for kind in NOTICE_KINDS if kind.value == text), None)


def write_asked(inbox_view: InboxQuery) -> str:
    """Return the shortest query string that `read_asked` parses back, with its `?`."""
    pairs = {
        "tab": "" if inbox_view.tab is Tab.INBOX else inbox_view.tab.value,
        "site": inbox_view.site,
        "page": str(inbox_view.page) if inbox_view.page > 1 else "",
        "all": "1" if inbox_view.unfolded else "",
        "stop": inbox_view.stop or "",
    }
    return query_string(pairs)


def address(asked: InboxQuery) -> str:
    return f"{PATH}{write_asked(asked)}"
