"""A row of every table for each of some people, whose every text tells whose it is.

What is made comes from the schema itself: a table or a column that is born tomorrow is seeded too.
"""

from datetime import date, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Enum,
    SmallInteger,
    String,
    Time,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from core.access import Role
from core.database import Base, Instant
from data.administration.subjects.queries.holdings import HOLDINGS
from data.contracts.types import ContractState
from data.migrations import tables
from data.notifications.types import (
    ChannelKind,
    Grouping,
    MessageDelivery,
    NotificationKind,
    Recipient,
)
from data.rights.types import RightActor, RightState, RightTrigger
from data.thresholds.rules.serializer import packed
from data.thresholds.types import ThresholdScope
from tests.data.thresholds.making import draft
from tests.factories import NOW

# Columns that name a person by the number of their account, without a foreign key to say so.
ACCOUNTS = frozenset(
    {
        *("user_id", "created_by", "actor_id", "author_id", "by_id", "undone_by", "owner_id"),
        *("asked_by", "added_by", "invited_by", "target_id", "acknowledged_by", "assigned_to"),
    }
)
ADDRESSES = frozenset({("contracts", "signer"), ("stopped_mailboxes", "mailbox"),
                       ("right_letters", "mailbox")})  # fmt: skip
_numbers = count(1)
SMALL = 30_000  # less than a small integer holds, however many rows were made before


class Person:
    """Whose rows are being made."""

    def __init__(
        self,
        word: str,
        *,
        beside: "Person | None" = None,
        right: RightState = RightState.REVOKED,
        answer: RightTrigger = RightTrigger.ACCEPTED,
    ) -> None:
        self.word = word  # in each text of theirs
        self.email = f"{word}@{word}.example"
        self.name = f"Noëlle {word}"
        self.ids: dict[str, Any] = {}  # by table
        self.right = right  # how the one whose holder they are stands
        self.answer = answer  # what they said of it
        self.beside = beside  # whose organisation they are of

    @property
    def user_id(self) -> int:
        return int(self.ids["users"])


def seed(db: Session, *people: Person) -> None:
    for person in people:
        for table in _ordered():
            _row(db, table, person)
    db.flush()


def _ordered() -> list[Any]:
    """What refers to a row by its number alone comes after it too."""
    first = ("organisations", "users")
    last = ("right_events", "contract_events", "control_entries")
    known = tables()
    middle = [name for name in known if name not in {*first, *last}]
    return [known[name] for name in (*first, *middle, *last)]


def is_about_people(table: Any) -> bool:
    return any(holding.table.__table__ is table for holding in HOLDINGS)


def _row(db: Session, table: Any, person: Person) -> None:
    """One row, unless the organisation's is there already and is nobody's in particular."""
    if person.beside and not is_about_people(table):
        person.ids[table.name] = person.beside.ids.get(table.name)
        return
    if person.beside and table.name in {"pces", "access_rights", "onboardings"}:
        person.ids[table.name] = person.beside.ids[table.name]
        return
    if table.name in {"control_journal_heads", "retention_lines", "threshold_sweeps"}:
        return
    if table.name.startswith("fleet_"):  # the PCE brought it
        return
    values = {column.name: _value(table, column, person) for column in table.columns}
    values |= _OVER.get(table.name, lambda _person: {})(person)
    made = {name: value for name, value in values.items() if value is not _ITSELF}
    db.execute(insert(table).values(**made))
    key = table.primary_key.columns.values()[0]
    if key.name == "id":
        person.ids[table.name] = db.scalar(select(func.max(key)))
    else:
        person.ids[table.name] = made[key.name]


_ITSELF = object()  # the database gives it


def _value(table: Any, column: Any, person: Person) -> Any:
    if column.foreign_keys:
        return _key(table, column, person)
    if column.name in ACCOUNTS:
        return person.user_id
    if column.name == "id":
        return _ITSELF
    if column.name == "email" or (table.name, column.name) in ADDRESSES:
        return False if isinstance(column.type, Boolean) else person.email
    return _plain(table, column, person)


def _key(table: Any, column: Any, person: Person) -> Any:
    target = next(iter(column.foreign_keys)).column.table.name
    if target == "organisations" and person.beside:
        return person.beside.ids["organisations"]
    if target == table.name:
        return None
    return person.ids.get(target)


def _plain(table: Any, column: Any, person: Person) -> Any:  # noqa: PLR0911 (a kind a line)
    kind = column.type
    if isinstance(kind, JSON):
        return {"said": f"{person.word}-{table.name}-{column.name}"}
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class))
    if isinstance(kind, String):
        return f"{person.word}-{table.name}-{column.name}-{next(_numbers)}"
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Instant | DateTime):
        return NOW
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=next(_numbers) % 300)
    if isinstance(kind, Time):
        return time(22)
    return next(_numbers) % SMALL if isinstance(kind, SmallInteger) else next(_numbers)


def _draft(person: Person) -> dict[str, Any]:
    told = Recipient(person.user_id, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE)
    return packed(draft(name=f"{person.word}-draft", recipients=(told,), scope=ThresholdScope(())))


def _about(person: Person) -> dict[str, Any]:
    return {"subject_kind": f"{person.word}-kind", "subject_id": person.user_id}


# What the schema does not say of its own rows.
_OVER: dict[str, Any] = {
    "organisations": lambda _one: {"contracted_until": date.max},
    "users": lambda one: {
        "disabled_at": None, "erased_at": None, "name": one.name, "role": Role.FACILITY_MANAGER,
        "demo_password": False,
    },
    "monthly_consumption": lambda _one: {"days_measured": 9, "days_estimated": 1},  # of one month
    "pces": lambda one: {"holder_name": f"{one.word}-holder", "number": f"{one.word}-number"},
    "pce_tags": lambda one: {"tag": f"{one.word}-tag"},  # of who is limited to it
    "user_tags": lambda one: {"tag": f"{one.word}-tag"},
    "access_rights": lambda one: {
        "state": one.right, "person": f"{one.word}-holder", "closed_at": NOW,
    },
    "audit_events": lambda one: {"object_type": "user", "object_id": str(one.user_id)},
    "contracts": lambda _one: {"state": ContractState.EXPIRED, "ended_on": date(2026, 1, 1)},
    "hook_marks": lambda one: {"said": f"{one.word}-said"},  # PostgreSQL keeps 30 signs
    "mirror_rights": lambda _one: {"right_id": None},
    "right_events": lambda one: {
        "right_id": one.ids["access_rights"],
        "actor": RightActor.THIRD_PARTY if one.beside else RightActor.HOLDER,
        "trigger": one.answer,
    },
    "right_letters": lambda one: {"token_hash": f"{one.word}-link"},
    "holder_links": lambda one: {"token_hash": f"{one.word}-link"},
    "contract_events": lambda one: {"contract_id": one.ids["contracts"]},
    "control_entries": lambda one: {"control_id": one.ids["controls"]},
    "control_pieces": lambda _one: {"message_id": None},
    "notice_addresses": lambda one: (
        {"stopped_at": None} if one.right is RightState.ACTIVE else {}  # it keeps their limit
    ),
    "notices": lambda _one: {"address_id": None},
    "notice_batches": lambda _one: {"address_id": None},
    "notice_mutes": lambda _one: {"address_id": None},
    "notice_snoozes": lambda one: {"address_id": None} | _about(one),
    "notifications": lambda one: {
        "address_id": None, "state": MessageDelivery.QUEUED, "kind": NotificationKind.CONTRACT_SENT,
        "params": {"who": one.name}, "sent_at": None,
    },
    "notice_events": lambda one: {
        "kind": NotificationKind.CONTRACT_SENT,
        "params": {"who": one.name},
        "pce_number": f"{one.word}-number",
        **_about(one),
    },
    "onboardings": lambda one: {
        "steps": {
            "representative": {"name": one.name, "email": one.email, "phone": f"{one.word}-phone"},
            "invites": [{"email": one.email, "role": "client"}],
        }
    },
    "contract_versions": lambda one: {
        "dossier": {"representative": {"name": one.name, "email": one.email}},
    },
    "right_import_lines": lambda one: {"cells": [one.name, one.email, f"{one.word}-cell"]},
    "right_imports": lambda one: {
        "plan": {"edits": {"2": {"courriel_titulaire": one.email}}}, "header": [],
    },
    "threshold_versions": lambda one: {"draft": _draft(one), "number": 1},
    "thresholds": lambda one: {"removed_at": None, "version": 1, "tag": f"{one.word}-tag"},
    "subject_requests": lambda _one: {"check": None},
}  # fmt: skip


def texts(db: Session) -> dict[tuple[str, str], str]:
    """All that the texts and JSON of the database say, by table and column."""
    found: dict[tuple[str, str], str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | JSON) and not isinstance(column.type, Enum):
                said = [str(one) for one in db.scalars(select(column)) if one is not None]
                found[table.name, column.name] = "\n".join(said)
    return found
