"""Define the tables of OPERAT, bills and budgets."""

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
    "bills",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pce_id", Integer, ForeignKey("pces.id"), nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("number", String, nullable=False),
    Column("nature", String(20), nullable=False),
    Column("start_dm3", BigInteger),
    Column("end_dm3", BigInteger),
    Column("coefficient_e4", Integer),
    Column("energy_wh", BigInteger, nullable=False),
    Column("cents", BigInteger),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    Index("ix_bills_organisation_id", "organisation_id"),
    Index("ix_bills_pce_id_organisation_id_first_day", "pce_id", "organisation_id", "first_day"),
)

Table(
    "budgets",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("pce_id", Integer, ForeignKey("pces.id")),
    Column("tag", String, nullable=False),
    Column("unit", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("first_month", Date, nullable=False),
    Column("months", JSON, nullable=False),
    Column("by_climate", Integer, nullable=False),
    Column("by_past", Integer, nullable=False),
    Column("by_days", Integer, nullable=False),
    Column("reason", String(20)),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("removed", Boolean, nullable=False),
    Index("ix_budgets_organisation_id_pce_id", "organisation_id", "pce_id"),
    Index("ix_budgets_pce_id", "pce_id"),
)

Table(
    "operat_sites",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), primary_key=True),
    Column("efa", String, nullable=False),
    Column("name", String, nullable=False),
    Column("siren", String, nullable=False),
    Column("siret", String, nullable=False),
    Column("surface_dm2", BigInteger),
    Column("category", String, server_default="", nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("ix_operat_sites_organisation_id", "organisation_id"),
    sqlite_with_rowid=False,
)

Table(
    "budget_changes",
    METADATA,
    Column("budget_id", Integer, ForeignKey("budgets.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("removed", Boolean, nullable=False),
    Index("ix_budget_changes_user_id", "user_id"),
    sqlite_with_rowid=False,
)
