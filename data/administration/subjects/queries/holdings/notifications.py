"""Holdings of notifications and their preferences."""

from sqlalchemy import ColumnElement, select

from data.administration.subjects.queries.holdings.base import (
    Holding,
    blanked,
    erased,
    get_unused_email,
    is_account,
    is_email,
    kept,
    read_by,
)
from data.administration.subjects.types import DataClass, Subject
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeBatch,
    NoticeChannel,
    NoticeEvent,
    NoticeMute,
    NoticePreference,
    NoticeSnooze,
    Notification,
)


def _is_event_of_person(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of events that the person is notified of."""
    return NoticeEvent.id.in_(select(Notice.event_id).where(read_by(Notice)(subject)))


HOLDINGS: tuple[Holding, ...] = (
    kept(
        name="alerts", table=NoticeEvent, where=_is_event_of_person,
        column_names="kind pce_number site severity gas_day path created_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="inbox", table=Notice, where=read_by(Notice),
        column_names="event_id ways state created_at due_at read_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="messages", table=Notification, where=read_by(Notification),
        column_names="channel kind site count state created_at sent_at attempts error",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="groups_of_alerts", table=NoticeBatch, where=read_by(NoticeBatch),
        column_names="created_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="muted", table=NoticeMute, where=read_by(NoticeMute),
        column_names="kind reason until created_at ended_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="put_off", table=NoticeSnooze, where=read_by(NoticeSnooze),
        column_names="subject_kind subject_id until created_at ended_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="channels", table=NoticeChannel, where=is_account(NoticeChannel.user_id),
        column_names="kind name target state off_reason created_at last_sent_at removed_at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="preferences", table=NoticePreference, where=is_account(NoticePreference.user_id),
        column_names="email grouping digest_hour digest_weekday quiet_from quiet_to urgent_breaks"
        " email_off",
        data_class=DataClass.NOTICES,
    ),
    blanked(
        name="extra_addresses", table=NoticeAddress, where=is_email(NoticeAddress.email),
        column_names="email language created_at confirmed_at stopped_at stop_reason",
        data_class=DataClass.NOTICES,
        blank={"email": get_unused_email(NoticeAddress), "confirmed_at": None, "stop_reason": ""},
    ),
    kept(
        name="extra_addresses_added", table=NoticeAddress, where=is_account(NoticeAddress.added_by),
        column_names="created_at confirmed_at stopped_at",
        data_class=DataClass.NOTICES,
    ),
)  # fmt: skip
