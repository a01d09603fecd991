"""Publish the events of features: write them and their recipients as rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bulk import Row, insert_new
from data.identity.accounts.models import User
from data.notifications.models import Notice, NoticeAddress, NoticeEvent, NoticePreference
from data.notifications.queries.people import read_preferences
from data.notifications.rules import due_at, grouping_of, mask_of
from data.notifications.types import (
    USUAL_CHANNELS,
    ChannelKind,
    Grouping,
    NoticeState,
    NotificationEvent,
    Preferences,
    Recipient,
)
from data.sample_numbers import is_sample

Told: TypeAlias = tuple[NotificationEvent, Sequence[Recipient]]
_T = TypeVar("_T", int, str)
_CHUNK = 1000  # values in one query
_DEFAULT = Preferences()
_PERSON = select(User.id, User.organisation_id, NoticePreference).outerjoin(
    NoticePreference, NoticePreference.user_id == User.id
)


def post(db: Session, events: Sequence[Told], now: datetime) -> int:
    """Write each event for its recipients, in the transaction that caused it.

    There is one row per person and event, and existing rows are not repeated, so the same events
    may be posted again after a crash. People of another organisation are left out. Return the
    number of new rows.
    """
    if not events:
        return 0
    events = [(event, _by_inbox(event, people)) for event, people in events]
    users, preferences = _users(db, events)
    addresses = _addresses(db, events)
    rows_of_events = [_event_row(event, now) for event, _people in events]
    ids: dict[str, int] = dict(insert_new(db, NoticeEvent, rows_of_events, ("key", "id")))
    ids |= _ids(db, {event.key for event, _people in events} - ids.keys())  # already posted
    rows: dict[tuple[int, int | None, int | None], Row] = {}
    for event, people in events:
        for recipient in people:
            home = users if recipient.user_id is not None else addresses
            who = recipient.user_id if recipient.user_id is not None else recipient.address_id
            if who is None or home.get(who) != event.organisation_id:
                continue
            wish = (
                _DEFAULT
                if recipient.user_id is None
                else preferences.get(recipient.user_id, _DEFAULT)
            )
            row = _notice_row(event, recipient, wish, now) | {"event_id": ids[event.key]}
            rows[row["event_id"], row["user_id"], row["address_id"]] = row
    return len(insert_new(db, Notice, rows.values()))


def _by_inbox(event: NotificationEvent, people: Sequence[Recipient]) -> Sequence[Recipient]:
    """Return the recipients, reached by the inbox alone about a sample, which is invented."""
    if not is_sample(event.pce_number):
        return people
    return [replace(person, channels=frozenset({ChannelKind.INBOX})) for person in people]


def post_to_accounts(
    db: Session,
    event: NotificationEvent,
    user_ids: Iterable[int],
    now: datetime,
    channels: frozenset[ChannelKind] = USUAL_CHANNELS,
) -> None:
    """Post one event for accounts that receive it at once, by `channels`."""
    people = [Recipient(id_, None, channels, Grouping.IMMEDIATE) for id_ in user_ids]
    post(db, [(event, people)], now)


def _event_row(event: NotificationEvent, now: datetime) -> Row:
    return {
        "key": event.key,
        "kind": event.kind,
        "organisation_id": event.organisation_id,
        "pce_number": event.pce_number,
        "site": event.site,
        "severity": int(event.severity),
        "gas_day": event.gas_day,
        "params": dict(event.params),
        "path": event.path,
        "subject_kind": event.subject[0],
        "subject_id": event.subject[1],
        "created_at": now,
    }


def _notice_row(
    event: NotificationEvent, recipient: Recipient, wish: Preferences, now: datetime
) -> Row:
    user = recipient.user_id is not None
    return {
        "user_id": recipient.user_id,
        "address_id": None if user else recipient.address_id,
        "ways": mask_of(recipient.channels),
        "state": NoticeState.PENDING,
        "created_at": now,
        "due_at": due_at(grouping_of(recipient.grouping, wish, event.severity), wish, now),
    }


def _users(
    db: Session, events: Iterable[Told]
) -> tuple[Mapping[int, int], Mapping[int, Preferences]]:
    """Return the organisation of each recipient, and the stored preferences."""
    user_ids = {recipient.user_id for _event, people in events for recipient in people}
    homes: dict[int, int] = {}
    wishes: dict[int, Preferences] = {}
    for chunk in _chunks(filter(None, user_ids)):
        for key, home, row in db.execute(_PERSON.where(User.id.in_(chunk))):
            homes[key] = home
            if row is not None:
                wishes[key] = read_preferences(row)
    return homes, wishes


def _addresses(db: Session, events: Iterable[Told]) -> Mapping[int, int]:
    """Return the organisation of each extra address; confirmation is checked when sending."""
    address_ids = {recipient.address_id for _event, people in events for recipient in people}
    homes: dict[int, int] = {}
    for chunk in _chunks(filter(None, address_ids)):
        query = select(NoticeAddress.id, NoticeAddress.organisation_id)
        rows = db.execute(query.where(NoticeAddress.id.in_(chunk)))
        homes |= {row.id: row.organisation_id for row in rows}
    return homes


def _ids(db: Session, keys: Collection[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for chunk in _chunks(keys):
        query = select(NoticeEvent.key, NoticeEvent.id).where(NoticeEvent.key.in_(chunk))
        ids |= {row.key: row.id for row in db.execute(query)}
    return ids


def _chunks(values: Iterable[_T]) -> Iterator[Sequence[_T]]:
    sorted_values = sorted(values)
    return (sorted_values[at : at + _CHUNK] for at in range(0, len(sorted_values), _CHUNK))
