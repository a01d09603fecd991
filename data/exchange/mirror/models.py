"""Tables of the mirror: connection, rounds, upstream rights, differences and messages."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.exchange.mirror.types import (
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


class MirrorConnection(Base):
    """Credentials of an organisation at its distributor, and its choices."""

    __tablename__ = "mirror_connections"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    client_id: Mapped[str]
    # Third party's name in the last list; "" until one was read.
    third_party: Mapped[str] = mapped_column(default="", server_default="")
    sealed_secret: Mapped[str]  # with a key derived from the portal's own, stored elsewhere
    parts: Mapped[list[str]] = mapped_column(JSON)  # values of MirrorPart
    sends: Mapped[bool]  # whether declarations, ends and proofs are sent
    # whether differences are repaired automatically
    repairs: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ConnectionState] = mapped_column(enum_by_value(ConnectionState, 30))
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [message, parameters]
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    sealed_token: Mapped[str] = mapped_column(default="")
    token_until: Mapped[datetime | None]  # a minute before it ends
    day: Mapped[date | None]  # in Paris, day of `calls`
    calls: Mapped[int] = mapped_column(default=0)


class MirrorPace(Base):
    """When the portal's next call to an address may be made: one row, locked in turn."""

    __tablename__ = "mirror_paces"

    address: Mapped[str] = mapped_column(primary_key=True)
    ready_at: Mapped[datetime]


class MirrorSpent(Base):
    """Calls made on the last day of a removed connection.

    A new connection on the same day continues the count.
    """

    __tablename__ = "mirror_spent"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date]
    calls: Mapped[int]


class MirrorRound(Base):
    """One pass over all that is mirrored; an organisation has at most one open round."""

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
    way: Mapped[RoundWay] = mapped_column(enum_by_value(RoundWay, 30))
    state: Mapped[RoundState] = mapped_column(enum_by_value(RoundState, 30))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]  # when its list of rights was read completely
    ended_at: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]  # of a paused round
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [message, parameters]


class MirrorRight(Base):
    """A right as last listed upstream, and its local right.

    The holder is only named while there is no local right, which otherwise has the name.
    """

    __tablename__ = "mirror_rights"
    __table_args__ = (
        UniqueConstraint("right_id"),
        Index(None, "organisation_id", "number"),
        Index(None, "organisation_id", "round_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(primary_key=True)  # upstream uid
    # Undoing an import deletes its rights, whatever was read upstream.
    right_id: Mapped[int | None] = mapped_column(
        ForeignKey("access_rights.id", ondelete="SET NULL")
    )
    # last round that listed it; None: from the answer to a declaration
    round_id: Mapped[int | None]
    number: Mapped[str]
    role: Mapped[RightRole] = mapped_column(enum_by_value(RightRole, 30))
    state: Mapped[RightState] = mapped_column(enum_by_value(RightState, 30))
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
    source: Mapped[EndSource | None] = mapped_column(enum_by_value(EndSource, 30))
    proof_state: Mapped[ProofState | None] = mapped_column(enum_by_value(ProofState, 30))
    proof_due: Mapped[date | None]
    # Ended upstream by a list that ends too many rights: the local end waits for a person.
    held: Mapped[bool] = mapped_column(default=False, server_default=false())


class MirrorDrift(Base):
    """Difference between a local and an upstream right, until repaired or gone."""

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
    kind: Mapped[DriftKind] = mapped_column(enum_by_value(DriftKind, 30))
    number: Mapped[str]
    right_uid: Mapped[str] = mapped_column(default="")  # local uid
    their_uid: Mapped[str] = mapped_column(default="")
    fields: Mapped[list[Any]] = mapped_column(JSON)  # [ADICT field, local value, upstream value]
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MirrorSending(Base):
    """A declaration, a revocation or proofs to send to the other side."""

    __tablename__ = "mirror_sendings"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "organisation_id", "id"),
        Index("uq_mirror_sendings", "right_id", "verb", "deposit_id", "event_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    right_id: Mapped[int] = mapped_column(ForeignKey("access_rights.id"))
    verb: Mapped[SendingVerb] = mapped_column(enum_by_value(SendingVerb, 30))
    deposit_id: Mapped[int] = mapped_column(default=0)  # of proofs; 0: none
    # Event that ended the right, for a revocation: a reopened right can end again. 0: none.
    event_id: Mapped[int] = mapped_column(default=0)
    state: Mapped[SendingState] = mapped_column(enum_by_value(SendingState, 30))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # first time it may have arrived
    # Failed searches in lists with an unreadable line that may be this message.
    unread: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")


class MirrorTask(Base):
    """One kind of data of one PCE: what was read, and when it is due again."""

    __tablename__ = "mirror_tasks"
    __table_args__ = (Index(None, "organisation_id", "due_at"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    part: Mapped[MirrorPart] = mapped_column(enum_by_value(MirrorPart, 30), primary_key=True)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # consecutive failures
    whole_from: Mapped[date | None]  # first day of the span read completely
    whole_until: Mapped[date | None]  # last day of that span
    done_at: Mapped[datetime | None]  # last read
    problem: Mapped[list[Any]] = mapped_column(JSON, default=list)  # why the last read failed
    # False when no longer chosen: what was read stays known, nothing is requested.
    wished: Mapped[bool] = mapped_column(default=True, server_default=true())


class MirrorFault(Base):
    """An upstream line that was refused: counted in its round, with the reason."""

    __tablename__ = "mirror_faults"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    round_id: Mapped[int]
    number: Mapped[str] = mapped_column(default="")
    part: Mapped[MirrorPart] = mapped_column(enum_by_value(MirrorPart, 30))
    at: Mapped[datetime]
    line: Mapped[int]
    sentence: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sample: Mapped[str] = mapped_column(default="")
