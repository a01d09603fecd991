"""Parse and write the tab and filters of the notifications page's address."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from components.kit import page_of
from core.query_string import query_string
from data.notifications.types import NOTICE_KINDS, InboxFilter, NotificationKind

PATH = "/notifications"
ALL = "all"


class Tab(StrEnum):
    INBOX = "inbox"
    SETTINGS = "settings"
    CHANNELS = "channels"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """Query parameters of the page."""

    tab: Tab = Tab.INBOX
    unread: bool = False
    kind: NotificationKind | None = None
    site: str = ""
    page: int = 1
    stop: NotificationKind | None = None  # kind that the user is about to mute

    @property
    def filters(self) -> InboxFilter:
        kinds = frozenset({self.kind} if self.kind else ())
        return InboxFilter(unread=self.unread, kinds=kinds, pce=self.site)

    @property
    def filtered(self) -> bool:
        return bool(self.unread or self.kind or self.site)


def read_asked(query: Mapping[str, Any]) -> InboxQuery:
    """Parse a query string; invalid values are ignored."""
    tab = str(query.get("tab") or "")
    return InboxQuery(
        tab=Tab(tab) if tab in set(Tab) else Tab.INBOX,
        unread=query.get("unread") == "1",
        kind=kind_of(query.get("kind")),
        site=str(query.get("site") or "")[:100].strip(),
        page=page_of(query.get("page")),
        stop=kind_of(query.get("stop")),
    )


def kind_of(text: object) -> NotificationKind | None:
    """Return a kind that a user can read or mute; None if invalid."""
    return next((kind for kind in NOTICE_KINDS if kind.value == text), None)


def write_asked(inbox_view: InboxQuery) -> str:
    """Return the shortest query string that `read_asked` parses back, with its `?`."""
    pairs = {
        "tab": "" if inbox_view.tab is Tab.INBOX else inbox_view.tab.value,
        "unread": "1" if inbox_view.unread else "",
        "kind": inbox_view.kind or "",
        "site": inbox_view.site,
        "page": str(inbox_view.page) if inbox_view.page > 1 else "",
        "stop": inbox_view.stop or "",
    }
    return query_string(pairs)


def address(asked: InboxQuery) -> str:
    return f"{PATH}{write_asked(asked)}"
