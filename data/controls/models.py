"""Tables of controls: requests, deposits, messages, decisions and the journal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.controls.types import (
    ChecklistPoint,
    ControlVerdict,
    DrawMethod,
    Fact,
    Motive,
    PieceKind,
    Side,
)
from data.rights.types import ProofState

STILL_OPEN = "state IN ('awaited', 'under_check') AND closed_at IS NULL"
NOT_SENT = "sent_at IS NULL"
PENDING = "applied_at IS NULL AND undone_at IS NULL"


class Campaign(Base):
    """Rights selected together; the same seed and filter select the same ones again."""

    __tablename__ = "control_campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int]  # a user; no foreign key, as actions survive an erased account
    way: Mapped[DrawMethod] = mapped_column(enum_by_value(DrawMethod))
    rate: Mapped[str] = mapped_column(default="")  # percent, as it was typed
    seed: Mapped[int | None]
    among: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    eligible: Mapped[int]
    drawn: Mapped[int]
    mark: Mapped[str]
    due_on: Mapped[date]


class Control(Base):
    """A proof requested for a right; a right has at most one open control.

    `version` grows with each transition: a decision refers to the one that was seen. `closed_at`
    means that the right ended before a decision. The third party sees the `told_*` fields: a
    decision is announced once it can no longer be undone.
    """

    __tablename__ = "controls"
    __table_args__ = (
        Index(None, "organisation_id", "told_state", "told_due_on"),
        Index(None, "state", "due_on"),
        Index(None, "owner_id", "state"),
        Index(None, "campaign_id"),
        Index(None, "right_id", "id"),
        Index(
            "uq_controls_open",
            "right_id",
            unique=True,
            sqlite_where=text(STILL_OPEN),
            postgresql_where=text(STILL_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    right_id: Mapped[int] = mapped_column(ForeignKey("access_rights.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))  # of the right
    campaign_id: Mapped[int] = mapped_column(ForeignKey("control_campaigns.id"))
    state: Mapped[ProofState] = mapped_column(enum_by_value(ProofState))
    version: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date]
    told_state: Mapped[ProofState] = mapped_column(enum_by_value(ProofState))
    told_due_on: Mapped[date]
    told_at: Mapped[datetime | None]
    told_motive: Mapped[Motive | None] = mapped_column(enum_by_value(Motive))
    asked_on: Mapped[date]  # start of the deadline, a Paris date
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    motive: Mapped[Motive | None] = mapped_column(enum_by_value(Motive))
    owner_id: Mapped[int | None]
    reminded: Mapped[int | None]  # days before its deadline of the last reminder


class Deposit(Base):
    """One to three files sent together; staged until `sent_at`."""

    __tablename__ = "control_deposits"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    sent_at: Mapped[datetime | None]


class DepositedControl(Base):
    """A control covered by a deposit; a control is in at most one staged deposit."""

    __tablename__ = "deposited_controls"
    __table_args__ = (
        Index(None, "control_id", "deposit_id"),
        Index(
            "uq_deposited_controls_staged",
            "control_id",
            unique=True,
            sqlite_where=text(NOT_SENT),
            postgresql_where=text(NOT_SENT),
        ),
    )

    deposit_id: Mapped[int] = mapped_column(ForeignKey("control_deposits.id"), primary_key=True)
    control_id: Mapped[int] = mapped_column(ForeignKey("controls.id"), primary_key=True)
    sent_at: Mapped[datetime | None]


class Message(Base):
    """A message to the other side, or an internal note of the distributor."""

    __tablename__ = "control_messages"
    __table_args__ = (Index(None, "control_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    control_id: Mapped[int] = mapped_column(ForeignKey("controls.id"))
    at: Mapped[datetime]
    author_id: Mapped[int]
    side: Mapped[Side] = mapped_column(enum_by_value(Side))
    internal: Mapped[bool]
    text: Mapped[str]


class MessageMark(Base):
    """The last message of a control that a person has read, and the last one mailed about."""

    __tablename__ = "control_message_marks"

    user_id: Mapped[int] = mapped_column(primary_key=True)
    control_id: Mapped[int] = mapped_column(ForeignKey("controls.id"), primary_key=True)
    message_id: Mapped[int]  # 0: none yet
    told_id: Mapped[int] = mapped_column(default=0)


class ProofPiece(Base):
    """The metadata of a file, in a deposit or a message; its content is stored elsewhere."""

    __tablename__ = "control_pieces"
    __table_args__ = (
        Index(None, "deposit_id"),
        Index(None, "message_id"),
        CheckConstraint("(deposit_id IS NULL) <> (message_id IS NULL)", name="one_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("control_deposits.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("control_messages.id"))
    name: Mapped[str]
    kind: Mapped[PieceKind] = mapped_column(enum_by_value(PieceKind))
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(unique=True)


class Decision(Base):
    """A decision on a control, the state before it, and what became of it.

    `effect_at` is when it can no longer be undone and takes effect; `applied_at` is when it did.
    Both `applied_at` and `undone_at` are set by a counted UPDATE: one of them wins.
    """

    __tablename__ = "control_decisions"
    __table_args__ = (
        Index(None, "control_id", "id"),
        Index(None, "at"),
        Index(
            "ix_control_decisions_pending",
            "effect_at",
            sqlite_where=text(PENDING),
            postgresql_where=text(PENDING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    control_id: Mapped[int] = mapped_column(ForeignKey("controls.id"))
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("control_deposits.id"))
    verdict: Mapped[ControlVerdict] = mapped_column(enum_by_value(ControlVerdict))
    motive: Mapped[Motive | None] = mapped_column(enum_by_value(Motive))
    text: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None]  # None: the clock
    due_before: Mapped[date]
    asked_before: Mapped[date]
    reminded_before: Mapped[int | None]
    version: Mapped[int]  # of the control after the decision
    effect_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]


class ChecklistAnswer(Base):
    """A checklist point answered for a deposit; another deposit is checked anew."""

    __tablename__ = "control_checks"

    control_id: Mapped[int] = mapped_column(ForeignKey("controls.id"), primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("control_deposits.id"), primary_key=True)
    point: Mapped[ChecklistPoint] = mapped_column(enum_by_value(ChecklistPoint), primary_key=True)
    fits: Mapped[bool]
    by_id: Mapped[int]
    at: Mapped[datetime]


class JournalEntry(Base):
    """A fact in the hash chain of all controls, which the database refuses to change or delete.

    It has no foreign keys: the journal outlives what it names.
    """

    __tablename__ = "control_entries"
    __table_args__ = (Index(None, "control_id", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    fact: Mapped[Fact] = mapped_column(enum_by_value(Fact))
    control_id: Mapped[int | None]
    campaign_id: Mapped[int | None]
    actor_id: Mapped[int | None]  # None: the clock
    side: Mapped[Side] = mapped_column(enum_by_value(Side))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous: Mapped[str]
    hash: Mapped[str]


class JournalHead(Base):
    """The head of the chain: one row, locked by the writer of the next entries."""

    __tablename__ = "control_journal_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str]


class CalendarLink(Base):
    """A private calendar address; the table holds only its SHA-256."""

    __tablename__ = "control_calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
