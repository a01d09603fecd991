"""Define the tables of exports."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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
    "export_picks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_export_picks_user_id", "user_id"),
)

Table(
    "export_schedules",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("content", String(20), nullable=False),
    Column("file", String(20), nullable=False),
    Column("apart", Boolean, nullable=False),
    Column("choice", JSON, nullable=False),
    Column("months", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("next_on", Date, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_export_schedules_next_on", "next_on"),
    Index("ix_export_schedules_organisation_id_id", "organisation_id", "id"),
)

Table(
    "exports",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("schedule_id", Integer),
    Column("state", String(20), nullable=False),
    Column("content", String(20), nullable=False),
    Column("file", String(20), nullable=False),
    Column("apart", Boolean, nullable=False),
    Column("choice", JSON, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("tell", Boolean, nullable=False),
    Column("expected_rows", BigInteger, nullable=False),
    Column("expected_octets", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("kept_until", DateTime(timezone=True)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("pces", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("stored_name", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("file_size", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("problem", JSON),
    Index("ix_exports_organisation_id_id", "organisation_id", "id"),
    Index("ix_exports_state_id", "state", "id"),
)

Table(
    "exported_pces",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("export_id", Integer, ForeignKey("exports.id"), primary_key=True),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("holes", String, nullable=False),
    Index("ix_exported_pces_export_id_pce_id", "export_id", "pce_id"),
)
