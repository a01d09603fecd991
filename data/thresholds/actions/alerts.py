"""Mark alerts as seen, or snooze them, for every episode and message that a line groups."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.notifications import actions as notifications
from data.thresholds.actions.episodes import acknowledge, snooze
from data.thresholds.queries.alerts import get_alert_messages_condition, list_alert_keys
from data.thresholds.queries.episodes import get_episode
from data.thresholds.types.alerts import AlertKey, AlertState

SNOOZE = timedelta(days=7)
_GONE = N_("Cette alerte est introuvable.")


def mark_alert_seen(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> int:
    """Acknowledge an episode for all its recipients if it is open, and read its line's messages."""
    return _mark_seen(db, viewer, _get_keys(db, viewer, now, episode_id=episode_id), now)


def mark_threshold_seen(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> int:
    """Mark the alerts of one threshold on all its sites as seen; return how many."""
    return _mark_seen(db, viewer, _get_keys(db, viewer, now, threshold_id=threshold_id), now)


def mark_back_seen(db: Session, viewer: Viewer, *, now: datetime) -> int:
    """Mark the alerts that are over as seen; return how many."""
    viewer.require(Permission.NOTICES)
    return _mark_seen(db, viewer, list_alert_keys(db, viewer, now=now), now)


def snooze_alert(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> None:
    """Send the viewer no message about an open episode for a week."""
    _get_keys(db, viewer, now, episode_id=episode_id)
    notifications.snooze(db, viewer, ("episode", episode_id), now + SNOOZE, now)


def resume_alert(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> None:
    """End the viewer's own snooze of an episode, and the one that all its recipients share."""
    _get_keys(db, viewer, now, episode_id=episode_id)
    notifications.unsnooze(db, viewer, ("episode", episode_id), now)
    if get_episode(db, viewer, episode_id).snoozed_until is not None:
        snooze(db, viewer, episode_id, None, now=now)


def _get_keys(
    db: Session, viewer: Viewer, now: datetime, *, episode_id: int = 0, threshold_id: int = 0
) -> list[AlertKey]:
    viewer.require(Permission.NOTICES)
    keys = list_alert_keys(db, viewer, now=now, episode_id=episode_id, threshold_id=threshold_id)
    if not keys:
        raise NotFound(_GONE)
    return keys


def _mark_seen(db: Session, viewer: Viewer, keys: Collection[AlertKey], now: datetime) -> int:
    for key in keys:
        if key.state is not AlertState.BACK and not key.is_seen:
            acknowledge(db, viewer, key.episode_id, now=now)
    notifications.mark_all_read(db, viewer, get_alert_messages_condition(keys), now)
    return len(keys)
