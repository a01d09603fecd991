"""Define the tables of thresholds and their episodes."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
)

from data.migrations.initial.metadata import METADATA, where

Table(
    "threshold_sweeps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
)

Table(
    "thresholds",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("search", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("period", String(10), nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("tag", String, nullable=False),
    Column("delay", SmallInteger, nullable=False),
    Column("learnt_to", Date),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("paused", Boolean, nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Column("screen", String(20), nullable=False),
    Index("ix_thresholds_organisation_id", "organisation_id"),
    Index("ix_thresholds_tag", "tag"),
)

Table(
    "threshold_episodes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pce_id", Integer, ForeignKey("pces.id"), nullable=False),
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("period", String(10), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("warned_on", Date),
    Column("exceeded_on", Date),
    Column("value_wh", BigInteger, nullable=False),
    Column("limit_wh", BigInteger, nullable=False),
    Column("peak_wh", BigInteger, nullable=False),
    Column("peak_on", Date, nullable=False),
    Column("excess_wh", BigInteger, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("last_wh", BigInteger),
    Column("last_limit_wh", BigInteger),
    Column("expected_wh", BigInteger),
    Column("ended_on", Date),
    Column("ending", String(20)),
    Column("provisional", Boolean, nullable=False),
    Column("turn", SmallInteger, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("learnt_on", Date),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("acknowledged_by", Integer, ForeignKey("users.id")),
    Column("comment", String, nullable=False),
    Column("assigned_to", Integer, ForeignKey("users.id")),
    Column("snoozed_until", Date),
    Index(
        "ix_threshold_episodes_open",
        "threshold_id",
        "pce_id",
        **where("state IN ('WARNED', 'EXCEEDED')"),
    ),
    Index("ix_threshold_episodes_threshold_id", "threshold_id"),
    Index(
        "uq_threshold_episodes_start",
        "pce_id",
        "threshold_id",
        "first_day",
        unique=True,
        **where("state <> 'WITHDRAWN'"),
    ),
)

Table(
    "threshold_floors",
    METADATA,
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), primary_key=True),
    Column("slot", SmallInteger, primary_key=True),
    Column("floor_wh", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

Table(
    "threshold_members",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Index("ix_threshold_members_threshold_id", "threshold_id"),
    sqlite_with_rowid=False,
)

Table(
    "threshold_pces",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), primary_key=True),
    Index("ix_threshold_pces_threshold_id", "threshold_id"),
    sqlite_with_rowid=False,
)

Table(
    "threshold_references",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), primary_key=True),
    Column("last_day", Date, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("base", Double, nullable=False),
    Column("baseload_wh", Double, nullable=False),
    Column("slope_wh", Double, nullable=False),
    Column("use", Double, nullable=False),
    Column("out", Double, nullable=False),
    Column("usual_wh", BigInteger, nullable=False),
    Column("weeks", SmallInteger, nullable=False),
    Column("r2", Double, nullable=False),
    Column("cvrmse", Double, nullable=False),
    Column("reason", String(20)),
    Column("learnt_on", Date, nullable=False),
    Index("ix_threshold_references_threshold_id", "threshold_id"),
    sqlite_with_rowid=False,
)

Table(
    "threshold_versions",
    METADATA,
    Column("threshold_id", Integer, ForeignKey("thresholds.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("change", String(20), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("draft", JSON, nullable=False),
)
