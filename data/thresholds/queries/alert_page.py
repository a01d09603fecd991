"""Query the content of the alerts screen, with its other messages or why it is empty."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.controls.queries import count_awaited
from data.notifications.queries import count_unread, list_inbox
from data.thresholds.queries.alerts import SECTION, get_other_messages_condition, list_alerts
from data.thresholds.queries.episodes import get_home_episodes
from data.thresholds.types.alerts import AlertCounts, AlertPage, AlertSearch

WHOLE = 500  # lines of a section that is opened whole


def count_alert_tabs(db: Session, viewer: Viewer, *, now: datetime) -> tuple[AlertCounts, int]:
    """Return the numbers of the alerts by tab, and of the other messages not read yet."""
    counts = list_alerts(db, viewer, None, now=now).counts
    return counts, count_unread(db, viewer, get_other_messages_condition(viewer))


def get_alert_page(db: Session, viewer: Viewer, search: AlertSearch, *, now: datetime) -> AlertPage:
    """Return a tab: alerts, or with no tab the page of other messages."""
    size = WHOLE if search.unfolded else SECTION
    alerts = list_alerts(db, viewer, search.tab, search.text, now=now, size=size)
    only = get_other_messages_condition(viewer)
    others = count_unread(db, viewer, only)
    if search.tab is None:
        inbox = list_inbox(db, viewer, search.text, only=only, page=search.page)
        return AlertPage(alerts, others, inbox)
    if alerts.sections or search.text:
        return AlertPage(alerts, others)
    reads = viewer.may(Permission.THRESHOLDS_READ)
    home = get_home_episodes(db, viewer, limit=0) if reads else None
    return AlertPage(alerts, others, home=home, proofs=count_awaited(db, viewer))
