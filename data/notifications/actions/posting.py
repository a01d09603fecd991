"""The door of the features that have something to tell: events and their people become rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import User
from data.bulk import Row, insert_new
from data.notifications.models import Notice, NoticeAddress, NoticeEvent, NoticePreference
from data.notifications.queries.people import as_preferences
from data.notifications.rules import due_at, grouping_of, mask_of
from data.notifications.types import Event, NoticeState, Preferences, Recipient

Told: TypeAlias = tuple[Event, Sequence[Recipient]]
_T = TypeVar("_T", int, str)
_CHUNK = 1000  # values of one question
_DEFAULT = Preferences()
_PERSON = select(User.id, User.organisation_id, NoticePreference).outerjoin(
    NoticePreference, NoticePreference.user_id == User.id
)


def post(db: Session, events: Sequence[Told], now: datetime) -> int:
    """Tell each event to its people, in the transaction of what caused it.

    One row a person and event; what was told already is not repeated, so the same events may be
    posted again after a crash. People of another organisation are left out. Returns the new rows.
    """
    if not events:
        return 0
    users, preferences = _users(db, events)
    addresses = _addresses(db, events)
    rows_of_events = [_event_row(event, now) for event, _people in events]
    ids: dict[str, int] = dict(insert_new(db, NoticeEvent, rows_of_events, ("key", "id")))
    ids |= _ids(db, {event.key for event, _people in events} - ids.keys())  # told already
    rows: dict[tuple[int, int | None, int | None], Row] = {}
    for event, people in events:
        for one in people:
            home = users if one.user_id is not None else addresses
            who = one.user_id if one.user_id is not None else one.address_id
            if who is None or home.get(who) != event.organisation_id:
                continue
            wish = _DEFAULT if one.user_id is None else preferences.get(one.user_id, _DEFAULT)
            row = _notice_row(event, one, wish, now) | {"event_id": ids[event.key]}
            rows[row["event_id"], row["user_id"], row["address_id"]] = row
    return len(insert_new(db, Notice, rows.values()))


def _event_row(event: Event, now: datetime) -> Row:
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


def _notice_row(event: Event, one: Recipient, wish: Preferences, now: datetime) -> Row:
    user = one.user_id is not None
    return {
        "user_id": one.user_id,
        "address_id": None if user else one.address_id,
        "ways": mask_of(one.channels),
        "state": NoticeState.PENDING,
        "created_at": now,
        "due_at": due_at(grouping_of(one.grouping, wish, event.severity), wish, now),
    }


def _users(
    db: Session, events: Iterable[Told]
) -> tuple[Mapping[int, int], Mapping[int, Preferences]]:
    """The organisation of each person told, and the wishes of those who have said any."""
    wanted = {one.user_id for _event, people in events for one in people}
    homes: dict[int, int] = {}
    wishes: dict[int, Preferences] = {}
    for some in _chunks(filter(None, wanted)):
        for key, home, row in db.execute(_PERSON.where(User.id.in_(some))):
            homes[key] = home
            if row is not None:
                wishes[key] = as_preferences(row)
    return homes, wishes


def _addresses(db: Session, events: Iterable[Told]) -> Mapping[int, int]:
    """The organisation of each extra address; whether it has confirmed is asked when it leaves."""
    wanted = {one.address_id for _event, people in events for one in people}
    found: dict[int, int] = {}
    for some in _chunks(filter(None, wanted)):
        query = select(NoticeAddress.id, NoticeAddress.organisation_id)
        rows = db.execute(query.where(NoticeAddress.id.in_(some)))
        found |= {row.id: row.organisation_id for row in rows}
    return found


def _ids(db: Session, keys: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _chunks(keys):
        query = select(NoticeEvent.key, NoticeEvent.id).where(NoticeEvent.key.in_(some))
        found |= {row.key: row.id for row in db.execute(query)}
    return found


def _chunks(values: Iterable[_T]) -> Iterator[Sequence[_T]]:
    whole = sorted(values)
    return (whole[at : at + _CHUNK] for at in range(0, len(whole), _CHUNK))
