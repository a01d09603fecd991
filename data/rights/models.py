"""Tables of access rights, designed for a million of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.notifications.types import MessageDelivery
from data.rights.types import (
    ActLineState,
    ActState,
    BulkAct,
    DeclarationOrigin,
    EndSource,
    LetterKind,
    LineState,
    ProofState,
    RightActor,
    RightRole,
    RightState,
    RightTrigger,
    TryReason,
)


class AccessRight(Base):
    """One right of one organisation on one PCE (domain.md §2.3).

    `number` and the two `…_key` repeat other columns, so that each sort order of the grid has an
    index, within an organisation and over all. Each index ends with the state, so that a page of
    one state is found in it alone. On PostgreSQL one index includes the search text: a word in many
    rights of an organisation is found there sooner than by trigrams.
    """

    __tablename__ = "access_rights"
    __table_args__ = (
        Index(None, "organisation_id", "state", "id", postgresql_include=["search"]),
        Index(None, "organisation_id", "site_key", "id", "state"),
        Index(None, "organisation_id", "holder_key", "id", "state"),
        Index(None, "organisation_id", "number", "id", "state"),
        Index(None, "organisation_id", "created_at", "id", "state"),
        Index(None, "organisation_id", "ends_key", "id", "state"),
        Index(None, "role", "organisation_id", "state"),
        Index(None, "state", "id"),
        Index(None, "site_key", "id", "state"),
        Index(None, "holder_key", "id", "state"),
        Index(None, "number", "id", "state"),
        Index(None, "created_at", "id", "state"),
        Index(None, "ends_key", "id", "state"),
        Index(None, "pce_id", "organisation_id"),
        Index(None, "state", "answer_due"),
        Index(None, "run_id"),
        Index(  # all that sampling for proof controls reads of a million rights
            "ix_access_rights_drawn",
            *("state", "proof_state", "role", "organisation_id", "declared_on", "id", "relayed"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[str]
    role: Mapped[RightRole] = mapped_column(enum_by_value(RightRole, 30))
    state: Mapped[RightState] = mapped_column(enum_by_value(RightState, 30))
    person: Mapped[str] = mapped_column(default="")
    company: Mapped[str] = mapped_column(default="")
    holder_key: Mapped[str]  # folded
    site: Mapped[str] = mapped_column(default="")
    site_key: Mapped[str]  # folded
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]  # `date_fin_autorisation` too, at midnight
    ends_key: Mapped[date]  # the end, or date.max without end, so that it sorts last
    supply_first: Mapped[date | None]
    supply_last: Mapped[date | None]
    injection_first: Mapped[date | None]
    injection_last: Mapped[date | None]
    informative: Mapped[bool]
    published: Mapped[bool]
    contractual: Mapped[bool]
    technical: Mapped[bool]
    consented_on: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(default="")  # in the third party's words
    created_at: Mapped[datetime]
    declared_on: Mapped[date]  # the same as a Paris date
    created_by: Mapped[int | None]  # a user; no foreign key, as rights survive an erased account
    origin: Mapped[DeclarationOrigin] = mapped_column(enum_by_value(DeclarationOrigin, 30))
    run_id: Mapped[int | None]  # the import that created it
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("access_rights.id"), index=True)
    digest: Mapped[str]  # of the declaration
    # The distributor mirrored by its organisation decides on it: nobody is asked here.
    relayed: Mapped[bool] = mapped_column(default=False, server_default=false())
    answer_due: Mapped[date | None]
    answered_at: Mapped[datetime | None]  # last answer; events hold each answer in full
    closed_at: Mapped[datetime | None]
    source: Mapped[EndSource | None] = mapped_column(enum_by_value(EndSource, 30))
    proof_state: Mapped[ProofState | None] = mapped_column(enum_by_value(ProofState, 30))
    proof_due: Mapped[date | None]
    reminded: Mapped[int | None]  # days before its end of the last reminder
    search: Mapped[str]  # folded: site, holder, number, organisation, e-mail


class RightEventRow(Base):
    """An event of a right, which the database refuses to change.

    It also refuses to delete it while its right exists: only cancelling an import deletes rights
    with their events.
    """

    __tablename__ = "right_events"
    __table_args__ = (Index(None, "right_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    right_id: Mapped[int]
    at: Mapped[datetime]
    trigger: Mapped[RightTrigger] = mapped_column(enum_by_value(RightTrigger, 30))
    actor: Mapped[RightActor] = mapped_column(enum_by_value(RightActor, 30))
    user_id: Mapped[int | None]
    source: Mapped[EndSource | None] = mapped_column(enum_by_value(EndSource, 30))
    before: Mapped[RightState | None] = mapped_column(enum_by_value(RightState, 30))
    after: Mapped[RightState] = mapped_column(enum_by_value(RightState, 30))
    address: Mapped[str | None]  # IP address of the holder's answer
    text_version: Mapped[str | None]  # of the text shown to the holder


class HolderLink(Base):
    """What a holder's link opens; the letter has the token, this row only its SHA-256."""

    __tablename__ = "holder_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    right_id: Mapped[int] = mapped_column(
        ForeignKey("access_rights.id"), primary_key=True, index=True
    )


class RightLetterRow(Base):
    """A letter to a holder, who has no account, before it becomes a mail."""

    __tablename__ = "right_letters"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "organisation_id", "email", "kind", "state"),
        Index(None, "created_at"),
        Index(None, "mailbox"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[LetterKind] = mapped_column(enum_by_value(LetterKind, 30))
    email: Mapped[str]
    mailbox: Mapped[str]  # that of the address, without tags after a `+`
    language: Mapped[str] = mapped_column(default="fr")
    token: Mapped[str]  # erased once sent
    token_hash: Mapped[str] = mapped_column(index=True)
    state: Mapped[MessageDelivery] = mapped_column(enum_by_value(MessageDelivery, 30))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")


class StoppedMailbox(Base):
    """A mailbox whose recipient opted out of all letters."""

    __tablename__ = "stopped_mailboxes"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class SavedViewRow(Base):
    """A saved view of the grid; deleted with its user's account."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]


class RightImport(Base):
    """The decisions about a file of declarations; the file itself belongs to its run."""

    __tablename__ = "right_imports"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    header: Mapped[list[str]] = mapped_column(JSON)
    xlsx: Mapped[bool]
    lines: Mapped[int]
    undone_at: Mapped[datetime | None]
    checked: Mapped[str] = mapped_column(default="")  # the mark of the plan that was checked
    # Valid PCEs at the last check, which decides how many lookups may fail.
    named: Mapped[int] = mapped_column(default=0, server_default="0")
    named_at: Mapped[datetime | None]


class RightTry(Base):
    """A failed lookup, counted for a day, once for each distinct one."""

    __tablename__ = "right_tries"

    user_id: Mapped[int] = mapped_column(primary_key=True)  # no foreign key: deleted after a day
    digest: Mapped[str] = mapped_column(primary_key=True)  # of the lookup
    at: Mapped[datetime] = mapped_column(index=True)
    weight: Mapped[int]
    run_id: Mapped[int | None]  # the file that tried it first, if any
    line: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[TryReason | None] = mapped_column(enum_by_value(TryReason, 30))


class ImportLine(Base):
    """The outcome of a line, kept for the receipt after the file is deleted."""

    __tablename__ = "right_import_lines"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[LineState] = mapped_column(enum_by_value(LineState, 30))
    number: Mapped[str]
    uid: Mapped[str | None]  # of the right, created or existing
    problems: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    cells: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # of a rejected line


class ImportColumn(Base):
    """An organisation's name for a column, used to guess the next file's columns."""

    __tablename__ = "right_import_columns"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)  # folded
    field: Mapped[str]


class RightAct(Base):
    """A bulk operation on rights, processed in blocks of lines."""

    __tablename__ = "right_acts"
    __table_args__ = (Index(None, "organisation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    act: Mapped[BulkAct] = mapped_column(enum_by_value(BulkAct, 30))
    state: Mapped[ActState] = mapped_column(enum_by_value(ActState, 30))
    ends_on: Mapped[date | None]  # for a renewal
    chosen: Mapped[int]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]  # the user who asked for it


class RightActLine(Base):
    """The outcome of an operation for one right; `before` is the state to restore."""

    __tablename__ = "right_act_lines"
    __table_args__ = (Index(None, "act_id", "state", "place"),)

    act_id: Mapped[int] = mapped_column(ForeignKey("right_acts.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    right_id: Mapped[int]  # no foreign key: cancelling an import deletes its rights
    uid: Mapped[str]
    number: Mapped[str]
    state: Mapped[ActLineState] = mapped_column(enum_by_value(ActLineState, 30))
    before: Mapped[RightState] = mapped_column(enum_by_value(RightState, 30))
    reason: Mapped[str] = mapped_column(default="")  # why it is skipped, a French sentence
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of that sentence
