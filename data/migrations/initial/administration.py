"""Define the tables of invitations and personal data requests."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from data.migrations.initial.metadata import METADATA

Table(
    "retention_lines",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("data_class", String(20), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("erased", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("oldest", DateTime(timezone=True)),
    Column("problem", String, nullable=False),
)

Table(
    "subject_requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("user_id", Integer),
    Column("email", String, nullable=False),
    Column("language", String, nullable=False),
    Column("asked_by", Integer),
    Column("check", String(20)),
    Column("reference", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("kept_until", DateTime(timezone=True)),
    Column("stored_name", String, nullable=False),
    Column("file_size", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("problem", String, nullable=False),
    Index("ix_subject_requests_state_due_at", "state", "due_at"),
    Index("ix_subject_requests_user_id", "user_id"),
)

Table(
    "looks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("session_id", Integer, nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("target_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("reason", String, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index("ix_looks_session_id", "session_id"),
)
