"""Acknowledge, assign and snooze episodes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import N_, PARIS
from data.identity.accounts.models import User
from data.identity.audit.actions import note
from data.metering.pces.rules import storable
from data.notifications.actions import settle
from data.thresholds.models import Episode
from data.thresholds.queries.visible import visible_answerable_episodes, visible_episodes

LONGEST_COMMENT = 2000
LONGEST_SNOOZE = timedelta(days=366)  # a typing error in the year would silence it for good


def acknowledge(
    db: Session, viewer: Viewer, episode_id: int, comment: str = "", *, now: datetime
) -> None:
    """Mark an episode as seen by the viewer with a comment, replacing earlier ones."""
    row = _episode(db, viewer, episode_id)
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(
            N_("Ce commentaire est trop long : {most} caractères au plus."), most=LONGEST_COMMENT
        )
    row.acknowledged_at, row.acknowledged_by = now, viewer.user_id
    row.comment = storable(comment).strip()
    settle(db, viewer, ("episode", episode_id), now)
    _note(db, viewer, "acknowledged", episode_id, now)


def assign(
    db: Session, viewer: Viewer, episode_id: int, user_id: int | None, *, now: datetime
) -> None:
    """Assign an episode to a person of the viewer's organisation, or to nobody."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    row = _episode(db, viewer, episode_id)
    if user_id is not None:
        person_query = select(User.id).where(
            User.id == user_id,
            User.organisation_id == viewer.organisation_id,
            User.disabled_at.is_(None),
        )
        if db.scalar(person_query) is None:
            raise NotFound(N_("Cette personne est introuvable."))
    row.assigned_to = user_id
    _note(db, viewer, "assigned", episode_id, now)


def snooze(
    db: Session, viewer: Viewer, episode_id: int, until: date | None, *, now: datetime
) -> None:
    """Snooze an episode until a day, or stop with None; an exceedance ends a warning's snooze."""
    row = _episode(db, viewer, episode_id)
    if until is not None and until <= viewer.today:
        raise Invalid(N_("Choisissez un jour à venir."))
    if until is not None and until > viewer.today + LONGEST_SNOOZE:
        raise Invalid(N_("Choisissez un jour de l’année qui vient."))
    row.snoozed_until = until
    _note(db, viewer, "snoozed", episode_id, now)


def acknowledge_by_link(
    db: Session, episode_ids: Sequence[int], user_id: int | None, now: datetime
) -> None:
    """Acknowledge episodes through a signed link, on behalf of its recipient.

    Existing acknowledgements are kept.
    """
    changed = db.scalars(
        update(Episode)
        .where(Episode.id.in_(episode_ids), Episode.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by=user_id)
        .returning(Episode.id)
        .execution_options(synchronize_session=False)
    ).all()
    _note_all(db, "acknowledged", changed, user_id, now)


def snooze_by_link(
    db: Session, episode_ids: Sequence[int], until: datetime, user_id: int | None, now: datetime
) -> None:
    """Snooze episodes through a signed link, unless they are snoozed for longer."""
    day = until.astimezone(PARIS).date()
    changed = db.scalars(
        update(Episode)
        .where(
            Episode.id.in_(episode_ids),
            or_(Episode.snoozed_until.is_(None), Episode.snoozed_until < day),
        )
        .values(snoozed_until=day)
        .returning(Episode.id)
        .execution_options(synchronize_session=False)
    ).all()
    _note_all(db, "snoozed", changed, user_id, now)


def _episode(db: Session, viewer: Viewer, episode_id: int) -> Episode:
    """Return the episode, locked, if the viewer can answer it."""
    viewer.require(Permission.THRESHOLDS_READ)
    is_valid_id = 0 < episode_id < NO_ID
    query = visible_episodes(viewer).where(Episode.id == episode_id)
    row = db.scalar(query.with_for_update(of=Episode)) if is_valid_id else None
    if row is None:
        raise NotFound(N_("Ce dépassement est introuvable."))
    if (
        db.scalar(query.where(visible_answerable_episodes(viewer)).with_only_columns(Episode.id))
        is None
    ):
        raise Forbidden(
            N_(
                "Seuls les gestionnaires de son organisation et les personnes prévenues peuvent"
                " répondre à ce dépassement."
            )
        )
    return row


def _note(db: Session, viewer: Viewer, verb: str, episode_id: int, now: datetime) -> None:
    note(db, now, f"thresholds.episode_{verb}", ("episode", episode_id), actor=viewer.actor)


def _note_all(
    db: Session, verb: str, episode_ids: Sequence[int], user_id: int | None, now: datetime
) -> None:
    home = select(User.organisation_id).where(User.id == user_id)
    organisation = None if user_id is None else db.scalar(home)
    actor = None if user_id is None or organisation is None else (user_id, organisation)
    for episode_id in episode_ids:
        subject = ("episode", episode_id)
        note(db, now, f"thresholds.episode_{verb}", subject, actor=actor, detail={"by": "link"})
