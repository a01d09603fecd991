"""What people are told, and how they want to be told."""

from sqlalchemy import ColumnElement, select

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
from data.subjects.queries.holdings.base import Holding, mine, named, no_address, read_by
from data.subjects.types import DataClass, Fate, Subject


def _told(subject: Subject) -> ColumnElement[bool]:
    """The events that the person is told of."""
    return NoticeEvent.id.in_(select(Notice.event_id).where(read_by(Notice)(subject)))


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        name="alerts", table=NoticeEvent, where=_told,
        given="kind pce_number site severity gas_day path created_at",
        data_class=DataClass.NOTICES, fate=Fate.KEPT,
    ),
    Holding(
        name="inbox", table=Notice, where=read_by(Notice),
        given="event_id ways state created_at due_at read_at",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="messages", table=Notification, where=read_by(Notification),
        given="channel kind site count state created_at sent_at attempts error",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="groups_of_alerts", table=NoticeBatch, where=read_by(NoticeBatch),
        given="created_at",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="muted", table=NoticeMute, where=read_by(NoticeMute),
        given="kind reason until created_at ended_at",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="put_off", table=NoticeSnooze, where=read_by(NoticeSnooze),
        given="subject_kind subject_id until created_at ended_at",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="channels", table=NoticeChannel, where=mine(NoticeChannel.user_id),
        given="kind name target state off_reason created_at last_sent_at removed_at",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="preferences", table=NoticePreference, where=mine(NoticePreference.user_id),
        given="email grouping digest_hour digest_weekday quiet_from quiet_to urgent_breaks"
        " email_off",
        data_class=DataClass.NOTICES, fate=Fate.ERASED,
    ),
    Holding(
        name="extra_addresses", table=NoticeAddress, where=named(NoticeAddress.email),
        given="email language created_at confirmed_at stopped_at stop_reason",
        data_class=DataClass.NOTICES, fate=Fate.BLANKED,
        blank={"email": no_address(NoticeAddress), "confirmed_at": None, "stop_reason": ""},
    ),
    Holding(
        name="extra_addresses_added", table=NoticeAddress, where=mine(NoticeAddress.added_by),
        given="created_at confirmed_at stopped_at",
        data_class=DataClass.NOTICES, fate=Fate.KEPT,
    ),
)  # fmt: skip
