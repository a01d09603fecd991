"""Mark alerts as seen, or snooze them, for every episode and message that a line groups."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, Subquery, Update, func, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.identity.audit.actions import note_all
from data.notifications import actions as notifications
from data.thresholds.actions.episodes import snooze
from data.thresholds.models import Episode
from data.thresholds.queries.alerts import AlertScope, get_messages_condition, select_lines
from data.thresholds.queries.episodes import get_episode
from data.thresholds.queries.visible import visible_answerable_episodes, visible_episodes
from data.thresholds.types import OPEN

SNOOZE = timedelta(days=7)
UNDO = timedelta(days=1)
_GONE = N_("Cette alerte est introuvable.")


def mark_alert_seen(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> int:
    """Acknowledge an episode for all its recipients if it is open, and read its line's messages."""
    return _mark_seen(db, viewer, _find_lines(db, viewer, AlertScope(episode_id=episode_id)), now)


def mark_threshold_seen(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> int:
    """Mark the alerts of one threshold on all its sites as seen; return how many."""
    lines = _find_lines(db, viewer, AlertScope(threshold_id=threshold_id))
    return _mark_seen(db, viewer, lines, now)


def mark_back_seen(db: Session, viewer: Viewer, *, now: datetime) -> int:
    """Mark the alerts that are over as seen; return how many."""
    viewer.require(Permission.NOTICES)
    return _mark_seen(db, viewer, select_lines(viewer, AlertScope(unread_over=True)), now)


def restore_seen(db: Session, viewer: Viewer, seen_at: datetime, *, now: datetime) -> None:
    """Undo what the viewer marked as seen at one moment: episodes, messages and reminders.

    Raise Invalid after a day.
    """
    viewer.require(Permission.NOTICES)
    if not now - UNDO < seen_at <= now:
        raise Invalid(N_("Ce n’est plus annulable : retrouvez l’alerte dans « Déjà vues »."))
    mine = (Episode.acknowledged_at == seen_at, Episode.acknowledged_by == viewer.user_id)
    acknowledged = select(Episode.id).where(*mine, Episode.id.in_(_select_answerable(viewer)))
    notifications.resume_reminders(db, "episode", acknowledged, seen_at)
    statement = update(Episode).where(Episode.id.in_(acknowledged))
    episode_ids = _change(db, statement.values(acknowledged_at=None, acknowledged_by=None))
    notifications.unmark_read(db, viewer, seen_at)
    _note(db, viewer, "unacknowledged", episode_ids, now)


def snooze_alert(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> None:
    """Send the viewer no message about an open episode for a week."""
    _find_lines(db, viewer, AlertScope(episode_id=episode_id))
    notifications.snooze(db, viewer, ("episode", episode_id), now + SNOOZE, now)


def resume_alert(db: Session, viewer: Viewer, episode_id: int, *, now: datetime) -> None:
    """End the viewer's own snooze of an episode, and the one that all its recipients share."""
    _find_lines(db, viewer, AlertScope(episode_id=episode_id))
    notifications.unsnooze(db, viewer, ("episode", episode_id), now)
    if get_episode(db, viewer, episode_id).snoozed_until is not None:
        snooze(db, viewer, episode_id, None, now=now)


def _find_lines(db: Session, viewer: Viewer, scope: AlertScope) -> Subquery:
    """Return the query of some lines. Raise NotFound when there is none."""
    viewer.require(Permission.NOTICES)
    lines = select_lines(viewer, scope)
    if db.scalar(select(lines.c.id).limit(1)) is None:
        raise NotFound(_GONE)
    return lines


def _mark_seen(db: Session, viewer: Viewer, lines: Subquery, now: datetime) -> int:
    """Acknowledge what is open and read its messages, in as many statements for any number."""
    count = db.scalar(select(func.count()).select_from(lines)) or 0
    opened = select(lines.c.id).where(lines.c.state.in_(OPEN))
    statement = update(Episode).where(
        Episode.id.in_(opened),
        Episode.acknowledged_at.is_(None),
        Episode.id.in_(_select_answerable(viewer)),
    )
    values = {"acknowledged_at": now, "acknowledged_by": viewer.user_id}
    episode_ids = _change(db, statement.values(**values))
    notifications.mark_all_read(db, viewer, get_messages_condition(lines), now)
    mine = (Episode.acknowledged_at == now, Episode.acknowledged_by == viewer.user_id)
    notifications.stop_reminders(db, "episode", select(Episode.id).where(*mine), now)
    _note(db, viewer, "acknowledged", episode_ids, now)
    return count


def _select_answerable(viewer: Viewer) -> Select[int]:
    query = visible_episodes(viewer).where(visible_answerable_episodes(viewer))
    return query.with_only_columns(Episode.id)


def _change(db: Session, statement: Update) -> Sequence[int]:
    options = {"synchronize_session": False}
    changed = statement.returning(Episode.id).execution_options(**options)
    ids = db.scalars(changed).all()
    db.expire_all()
    return ids


def _note(
    db: Session, viewer: Viewer, verb: str, episode_ids: Sequence[int], now: datetime
) -> None:
    note_all(db, now, f"thresholds.episode_{verb}", "episode", episode_ids, actor=viewer.actor)
