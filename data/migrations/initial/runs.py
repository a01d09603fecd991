"""Define the tables of deposits and their runs."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    false,
)

from data.migrations.initial.metadata import METADATA

Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("file_name", String, nullable=False),
    Column("stored_name", String, nullable=False),
    Column("file_size", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("pce", String),
    Column("columns", JSON, server_default="[]", nullable=False),
    Column("column_uses", JSON, server_default="{}", nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("problem", JSON),
    Column("task", String(20), server_default="STORE", nullable=False),
    Column("version", Integer, server_default="0", nullable=False),
    Column("handed_at", DateTime(timezone=True)),
    Column("batch", Integer),
    Column("undone_at", DateTime(timezone=True)),
    Index("ix_runs_organisation_id_id", "organisation_id", "id"),
    Index("ix_runs_state_id", "state", "id"),
)

Table(
    "run_deliveries",
    METADATA,
    Column(
        "run_id",
        Integer,
        ForeignKey("runs.id", name="fk_run_deliveries_run_id_runs"),
        primary_key=True,
    ),
    Column("place", Integer, primary_key=True),
    Column("pce", String, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("checked", JSON, nullable=False),
    Column("odd", Boolean, server_default=false(), nullable=False),
    Column("stored", JSON),
    Column("accepted", Boolean, server_default=false(), nullable=False),
)
