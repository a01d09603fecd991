"""Tables of the mirror: connection, rounds, upstream rights, differences and messages."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from data.mirror.types import (
    ConnectionState,
    DriftKind,
    MirrorPart,
    RoundState,
    RoundWay,
    SendingState,
    SendingVerb,
)
from data.rights.types import EndSource, ProofState, RightRole, RightState

OPEN_ROUND = "state IN ('waiting', 'running', 'paused')"
OPEN_DRIFT = "ended_at IS NULL"


def _word(kind: type[StrEnum]) -> Enum:
    """An enumeration kept as its own value."""
    return Enum(
        kind, native_enum=False, length=30, values_callable=lambda known: [k.value for k in known]
    )


class MirrorConnection(Base):
    """The credentials of an organisation at its distributor, and what it wants of there."""

    __tablename__ = "mirror_connections"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    client_id: Mapped[str]
    # Whose they are, by the name that the last list gave; "" until one was read.
    third_party: Mapped[str] = mapped_column(default="", server_default="")
    sealed_secret: Mapped[str]  # with a key derived from the portal's own, kept elsewhere
    parts: Mapped[list[str]] = mapped_column(JSON)  # of Part
    sends: Mapped[bool]  # what it declares, revokes and proves leaves for there
    repairs: Mapped[bool] = mapped_column(default=False)  # what differs, without being asked
    state: Mapped[ConnectionState] = mapped_column(_word(ConnectionState))
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [sentence, what fills it]
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    sealed_token: Mapped[str] = mapped_column(default="")
    token_until: Mapped[datetime | None]  # a minute before it ends
    day: Mapped[date | None]  # in Paris, that `calls` are counted on
    calls: Mapped[int] = mapped_column(default=0)


class MirrorPace(Base):
    """When the next call of this portal may leave for an address: one row, locked in turn."""

    __tablename__ = "mirror_paces"

    address: Mapped[str] = mapped_column(primary_key=True)
    ready_at: Mapped[datetime]


class MirrorSpent(Base):
    """The calls of its last day with a connection, of an organisation that forgot it.

    Another one that is entered the same day goes on from there.
    """

    __tablename__ = "mirror_spent"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date]
    calls: Mapped[int]


class MirrorRound(Base):
    """One going through all that is mirrored; an organisation has one open round at most."""

    __tablename__ = "mirror_rounds"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(
            "uq_mirror_rounds_open",
            "organisation_id",
            unique=True,
            sqlite_where=text(OPEN_ROUND),
            postgresql_where=text(OPEN_ROUND),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    way: Mapped[RoundWay] = mapped_column(_word(RoundWay))
    state: Mapped[RoundState] = mapped_column(_word(RoundState))
    turn: Mapped[int] = mapped_column(default=0)  # counts who claimed it: shuts out the one before
    beat_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]  # its list of rights was read to the end
    ended_at: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]  # a paused one
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [sentence, what fills it]


class MirrorRight(Base):
    """A right as the other side listed it last, and which of ours it is.

    Its holder is named only while none of ours is it: ours then says it.
    """

    __tablename__ = "mirror_rights"
    __table_args__ = (
        UniqueConstraint("right_id"),
        Index(None, "organisation_id", "number"),
        Index(None, "organisation_id", "round_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(primary_key=True)  # theirs
    # An import that is undone takes its rights away, whatever was heard of them.
    right_id: Mapped[int | None] = mapped_column(
        ForeignKey("access_rights.id", ondelete="SET NULL")
    )
    round_id: Mapped[int | None]  # that heard of it last; None: by the answer to a declaration
    number: Mapped[str]
    role: Mapped[RightRole] = mapped_column(_word(RightRole))
    state: Mapped[RightState] = mapped_column(_word(RightState))
    created_at: Mapped[datetime]
    person: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    supply_first: Mapped[date | None]
    supply_last: Mapped[date | None]
    injection_first: Mapped[date | None]
    injection_last: Mapped[date | None]
    informative: Mapped[bool]
    published: Mapped[bool]
    contractual: Mapped[bool]
    technical: Mapped[bool]
    closed_at: Mapped[datetime | None]
    source: Mapped[EndSource | None] = mapped_column(_word(EndSource))
    proof_state: Mapped[ProofState | None] = mapped_column(_word(ProofState))
    proof_due: Mapped[date | None]
    # Over there by a list that ends too many at once: its end here waits for somebody.
    held: Mapped[bool] = mapped_column(default=False, server_default=false())


class MirrorDrift(Base):
    """A right of ours that is not as there; it stands until it is repaired, or is no more."""

    __tablename__ = "mirror_drifts"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(
            "uq_mirror_drifts_open",
            *("organisation_id", "right_uid", "their_uid"),
            unique=True,
            sqlite_where=text(OPEN_DRIFT),
            postgresql_where=text(OPEN_DRIFT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    round_id: Mapped[int]
    kind: Mapped[DriftKind] = mapped_column(_word(DriftKind))
    number: Mapped[str]
    right_uid: Mapped[str] = mapped_column(default="")  # ours
    their_uid: Mapped[str] = mapped_column(default="")
    fields: Mapped[list[Any]] = mapped_column(JSON)  # [field of ADICT, ours, theirs]
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MirrorSending(Base):
    """A declaration, a revocation or proofs on their way to the other side."""

    __tablename__ = "mirror_sendings"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "organisation_id", "id"),
        Index("uq_mirror_sendings", "right_id", "verb", "deposit_id", "event_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    right_id: Mapped[int] = mapped_column(ForeignKey("access_rights.id"))
    verb: Mapped[SendingVerb] = mapped_column(_word(SendingVerb))
    deposit_id: Mapped[int] = mapped_column(default=0)  # of proofs; 0: none
    # What ended the right, of a revocation: one that is open again may end again. 0: none.
    event_id: Mapped[int] = mapped_column(default=0)
    state: Mapped[SendingState] = mapped_column(_word(SendingState))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]  # first time it may have reached there
    # Looks, in vain, at a list of which a line that may be its own cannot be read.
    unread: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")


class MirrorTask(Base):
    """One sort of data of one PCE: what is known of it, and when it is asked for again."""

    __tablename__ = "mirror_tasks"
    __table_args__ = (Index(None, "organisation_id", "due_at"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    part: Mapped[MirrorPart] = mapped_column(_word(MirrorPart), primary_key=True)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # in vain, one after the other
    whole_from: Mapped[date | None]  # all was read once from that day
    whole_until: Mapped[date | None]  # to that one
    done_at: Mapped[datetime | None]  # last
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # why nothing came, last time
    # Not any more once it is chosen no more: what was read stays known, nothing is asked.
    wished: Mapped[bool] = mapped_column(default=True, server_default=true())


class MirrorFault(Base):
    """A line of the other side that could not be taken: counted by its round, and explained."""

    __tablename__ = "mirror_faults"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    round_id: Mapped[int]
    number: Mapped[str] = mapped_column(default="")
    part: Mapped[MirrorPart] = mapped_column(_word(MirrorPart))
    at: Mapped[datetime]
    line: Mapped[int]
    sentence: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sample: Mapped[str] = mapped_column(default="")
