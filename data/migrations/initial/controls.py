"""Define the tables of controls of proofs."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from data.migrations.initial.metadata import METADATA, where

Table(
    "control_campaigns",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Integer, nullable=False),
    Column("way", String(20), nullable=False),
    Column("rate", String, nullable=False),
    Column("seed", Integer),
    Column("among", JSON, nullable=False),
    Column("eligible", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("mark", String, nullable=False),
    Column("due_on", Date, nullable=False),
    UniqueConstraint("uid"),
)

Table(
    "control_entries",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("salt", String, server_default="", nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("fact", String(20), nullable=False),
    Column("control_id", Integer),
    Column("campaign_id", Integer),
    Column("actor_id", Integer),
    Column("side", String(20), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_control_entries_control_id_seq", "control_id", "seq"),
)

Table(
    "control_journal_heads",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String, nullable=False),
)

Table(
    "control_deposits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String, nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", Integer, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("uid"),
    Index("ix_control_deposits_organisation_id", "organisation_id"),
)

Table(
    "control_calendars",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String, nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    UniqueConstraint("token_hash"),
    Index("ix_control_calendars_user_id", "user_id"),
)

Table(
    "controls",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String, nullable=False),
    Column("right_id", Integer, ForeignKey("access_rights.id"), nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("campaign_id", Integer, ForeignKey("control_campaigns.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("told_state", String(20), server_default="awaited", nullable=False),
    Column("told_due_on", Date, server_default="1970-01-01", nullable=False),
    Column("told_at", DateTime(timezone=True)),
    Column("told_motive", String(20)),
    Column("asked_on", Date, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("motive", String(20)),
    Column("owner_id", Integer),
    Column("reminded", Integer),
    UniqueConstraint("uid"),
    Index("ix_controls_campaign_id", "campaign_id"),
    Index(
        "ix_controls_organisation_id_told_state_told_due_on",
        "organisation_id",
        "told_state",
        "told_due_on",
    ),
    Index("ix_controls_owner_id_state", "owner_id", "state"),
    Index("ix_controls_right_id_id", "right_id", "id"),
    Index("ix_controls_state_due_on", "state", "due_on"),
    Index(
        "uq_controls_open",
        "right_id",
        unique=True,
        **where("state IN ('awaited', 'under_check') AND closed_at IS NULL"),
    ),
)

Table(
    "control_checks",
    METADATA,
    Column("control_id", Integer, ForeignKey("controls.id"), primary_key=True),
    Column("deposit_id", Integer, ForeignKey("control_deposits.id"), primary_key=True),
    Column("point", String(20), primary_key=True),
    Column("fits", Boolean, nullable=False),
    Column("by_id", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

Table(
    "control_decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("control_id", Integer, ForeignKey("controls.id"), nullable=False),
    Column("deposit_id", Integer, ForeignKey("control_deposits.id")),
    Column("verdict", String(20), nullable=False),
    Column("motive", String(20)),
    Column("text", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by_id", Integer),
    Column("due_before", Date, nullable=False),
    Column("asked_before", Date, nullable=False),
    Column("reminded_before", Integer),
    Column("version", Integer, nullable=False),
    Column("effect_at", DateTime(timezone=True), nullable=False),
    Column("applied_at", DateTime(timezone=True)),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Integer),
    Index("ix_control_decisions_at", "at"),
    Index("ix_control_decisions_control_id_id", "control_id", "id"),
    Index(
        "ix_control_decisions_pending",
        "effect_at",
        **where("applied_at IS NULL AND undone_at IS NULL"),
    ),
)

Table(
    "control_message_marks",
    METADATA,
    Column("user_id", Integer, primary_key=True),
    Column("control_id", Integer, ForeignKey("controls.id"), primary_key=True),
    Column("message_id", Integer, nullable=False),
    Column("told_id", Integer, server_default="0", nullable=False),
)

Table(
    "control_messages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String, nullable=False),
    Column("control_id", Integer, ForeignKey("controls.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("author_id", Integer, nullable=False),
    Column("side", String(20), nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("text", String, nullable=False),
    UniqueConstraint("uid"),
    Index("ix_control_messages_control_id_id", "control_id", "id"),
)

Table(
    "deposited_controls",
    METADATA,
    Column("deposit_id", Integer, ForeignKey("control_deposits.id"), primary_key=True),
    Column("control_id", Integer, ForeignKey("controls.id"), primary_key=True),
    Column("sent_at", DateTime(timezone=True)),
    Index("ix_deposited_controls_control_id_deposit_id", "control_id", "deposit_id"),
    Index("uq_deposited_controls_staged", "control_id", unique=True, **where("sent_at IS NULL")),
)

Table(
    "control_pieces",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uid", String, nullable=False),
    Column("deposit_id", Integer, ForeignKey("control_deposits.id")),
    Column("message_id", Integer, ForeignKey("control_messages.id")),
    Column("name", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("storage_key", String, nullable=False),
    CheckConstraint("(deposit_id IS NULL) <> (message_id IS NULL)", name="one_place"),
    UniqueConstraint("storage_key"),
    UniqueConstraint("uid"),
    Index("ix_control_pieces_deposit_id", "deposit_id"),
    Index("ix_control_pieces_message_id", "message_id"),
)
