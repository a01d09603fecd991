"""Mute a kind for a while, or a subject until a day."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_, PARIS
from data.identity.audit.actions import note
from data.notifications.models import Notice, NoticeBatch, NoticeMute, NoticeSnooze
from data.notifications.queries.outbox import is_of_reader
from data.notifications.types import NOTICE_KINDS, Linked, NoticeReader, NotificationKind

REASON = 200  # characters of a stored reason
SNOOZE = timedelta(days=7)


def unsubscribe(
    db: Session,
    viewer: Viewer,
    kind: NotificationKind,
    *,
    reason: str,
    until: date | None,
    now: datetime,
) -> None:
    """Mute `kind` outside the inbox for the viewer, until `until` included, or for good.

    Raise Invalid when `until` is past.
    """
    viewer.require(Permission.NOTICES)
    if until is not None and until < viewer.today:
        raise Invalid(N_("La fin de la période est déjà passée."))
    _mute(db, NoticeReader(viewer.user_id, None), [kind], reason=reason, until=until, now=now)
    note(db, now, "notifications.muted", ("kind", kind), actor=viewer.actor)


def resubscribe(db: Session, viewer: Viewer, mute_id: int, now: datetime) -> None:
    """End a mute of the viewer. Raise NotFound when there is no such mute."""
    viewer.require(Permission.NOTICES)
    mute = db.get(NoticeMute, mute_id) if 0 < mute_id < NO_ID else None
    if mute is None or mute.user_id != viewer.user_id or mute.ended_at is not None:
        raise NotFound(N_("Cet arrêt est introuvable."))
    mute.ended_at = now
    note(db, now, "notifications.unmuted", ("kind", mute.kind), actor=viewer.actor)


def snooze(
    db: Session, viewer: Viewer, subject: tuple[str, int], until: datetime | None, now: datetime
) -> None:
    """Mute `subject` for the viewer until `until`, or until it clears.

    At the end, what is still open is announced again; a later episode is announced anyway. Raise
    Invalid when `until` is past.
    """
    viewer.require(Permission.NOTICES)
    if until is not None and until <= now:
        raise Invalid(N_("La fin du report est déjà passée."))
    _snooze(db, NoticeReader(viewer.user_id, None), [subject], until, now)


def unsnooze(db: Session, viewer: Viewer, subject: tuple[str, int], now: datetime) -> None:
    viewer.require(Permission.NOTICES)
    _end_snoozes(db, NoticeReader(viewer.user_id, None), subject, now)


def see_by_link(db: Session, batch_id: int, now: datetime) -> None:
    """Mark the notices of a message as read, and stop their reminders."""
    statement = update(Notice).where(Notice.batch_id == batch_id, Notice.read_at.is_(None))
    options = {"synchronize_session": False}
    db.execute(statement.values(read_at=now, recalled_at=now).execution_options(**options))


def snooze_by_link(
    db: Session, batch_id: int, linked: Linked, now: datetime
) -> tuple[datetime, tuple[tuple[str, int], ...]]:
    """Snooze for a week what a message announced; return the end, and what changes.

    A link acts once: subjects that its reader has snoozed since the message, or for longer, stay as
    they are.
    """
    until = now + SNOOZE
    told_at = db.get_one(NoticeBatch, batch_id).created_at
    chosen = select(NoticeSnooze.subject_kind, NoticeSnooze.subject_id).where(
        is_of_reader(NoticeSnooze, linked.reader),
        or_(
            NoticeSnooze.created_at >= told_at,
            and_(
                NoticeSnooze.ended_at.is_(None),
                or_(NoticeSnooze.until.is_(None), NoticeSnooze.until >= until),
            ),
        ),
    )
    snoozed_subjects = {(kind, number) for kind, number in db.execute(chosen)}
    fresh = tuple(subject for subject in linked.subjects if subject not in snoozed_subjects)
    _snooze(db, linked.reader, fresh, until, now)
    return until, fresh


def mute_by_link(
    db: Session,
    linked: Linked,
    kinds: Iterable[NotificationKind],
    *,
    reason: str,
    until: date | None,
    now: datetime,
) -> None:
    """Mute some of the kinds of a message; longer mutes stay as they are."""
    active_kinds = set(kinds) - _stopped(db, linked.reader, until)
    fresh = [kind for kind in linked.kinds if kind in active_kinds]
    _mute(db, linked.reader, fresh, reason=reason, until=until, now=now)
    for kind in fresh:
        note(db, now, "notifications.muted_by_link", ("kind", kind))


def _stopped(db: Session, reader: NoticeReader, until: date | None) -> set[NotificationKind]:
    """Return the kinds that `reader` has muted until `until` at least."""
    longer: list[ColumnElement[bool]] = [NoticeMute.until.is_(None)]
    if until is not None:
        longer.append(NoticeMute.until >= until)
    mine = (is_of_reader(NoticeMute, reader), NoticeMute.ended_at.is_(None))
    return set(db.scalars(select(NoticeMute.kind).where(*mine, or_(*longer))))


def who_stopped(
    db: Session, kind: NotificationKind, user_ids: Collection[int], now: datetime
) -> set[int]:
    """Return those of `user_ids` who muted `kind` today in Paris."""
    is_active = or_(NoticeMute.until.is_(None), NoticeMute.until >= now.astimezone(PARIS).date())
    mine = NoticeMute.kind == kind, NoticeMute.ended_at.is_(None), is_active
    muted_ids = db.scalars(select(NoticeMute.user_id).where(*mine, NoticeMute.user_id.is_not(None)))
    return {user_id for user_id in muted_ids if user_id is not None and user_id in user_ids}


def _mute(
    db: Session,
    reader: NoticeReader,
    kinds: Iterable[NotificationKind],
    *,
    reason: str,
    until: date | None,
    now: datetime,
) -> None:
    """Mute kinds, replacing previous mutes of these kinds."""
    for kind in kinds:
        if kind not in NOTICE_KINDS:
            raise Invalid(N_("Ce type de message ne s’arrête pas."))
        before = update(NoticeMute).where(
            is_of_reader(NoticeMute, reader), NoticeMute.kind == kind, NoticeMute.ended_at.is_(None)
        )
        db.execute(before.values(ended_at=now))
        db.add(
            NoticeMute(
                user_id=reader.user_id,
                address_id=reader.address_id,
                kind=kind,
                reason=" ".join(reason.replace("\x00", "").split())[:REASON],
                until=until,
                created_at=now,
            )
        )
    db.flush()


def _snooze(
    db: Session,
    reader: NoticeReader,
    subjects: Iterable[tuple[str, int]],
    until: datetime | None,
    now: datetime,
) -> None:
    for subject in subjects:
        _end_snoozes(db, reader, subject, now)
        db.add(
            NoticeSnooze(
                user_id=reader.user_id,
                address_id=reader.address_id,
                subject_kind=subject[0],
                subject_id=subject[1],
                until=until,
                created_at=now,
            )
        )
    db.flush()


def _end_snoozes(
    db: Session, reader: NoticeReader, subject: tuple[str, int], now: datetime
) -> None:
    db.execute(
        update(NoticeSnooze)
        .where(
            is_of_reader(NoticeSnooze, reader),
            NoticeSnooze.subject_kind == subject[0],
            NoticeSnooze.subject_id == subject[1],
            NoticeSnooze.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
