"""Define the tables of annotations, views, links and energy signatures."""

from sqlalchemy import (
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
    UniqueConstraint,
)

from data.migrations.initial.metadata import METADATA

Table(
    "signature_weather",
    METADATA,
    Column("station_id", Integer, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
)

Table(
    "annotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pce_id", Integer, ForeignKey("pces.id"), nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("words", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    Index(
        "ix_annotations_pce_id_organisation_id_first_day", "pce_id", "organisation_id", "first_day"
    ),
)

Table(
    "kept_views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("path", String, nullable=False),
    Column("query", String, nullable=False),
    Column("number", String, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("user_id", "name"),
    Index("ix_kept_views_organisation_id", "organisation_id"),
)

Table(
    "shared_links",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id"), nullable=False),
    Column("pce_id", Integer, ForeignKey("pces.id"), nullable=False),
    Column("token_hash", String, nullable=False),
    Column("label", String, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("step", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("data", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("opened", Integer, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Index("ix_shared_links_user_id", "user_id"),
)

Table(
    "signature_verdicts",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("first_day", Date),
    Column("until", Date),
    Column("base", Double, nullable=False),
    Column("baseload_wh", Double, nullable=False),
    Column("slope_wh", Double, nullable=False),
    Column("use", Double, nullable=False),
    Column("out", Double, nullable=False),
    Column("weeks", SmallInteger, nullable=False),
    Column("r2", Double, nullable=False),
    Column("cvrmse", Double, nullable=False),
    Column("reason", String(20)),
    Column("year", Date, nullable=False),
    Column("ratio", Double),
    Column("refused", String(20)),
    Column("difference_wh", BigInteger, nullable=False),
    Column("climate_wh", BigInteger, nullable=False),
    Column("calendar_wh", BigInteger, nullable=False),
    Column("missing_wh", BigInteger, nullable=False),
    Column("rest_wh", BigInteger, nullable=False),
    Column("day_wh", BigInteger, nullable=False),
    Column("cause", String(20)),
    Column("since", Date),
    Column("stake_wh", BigInteger),
    Column("share", Double),
    Index("ix_signature_verdicts_stake_wh", "stake_wh"),
    Index("ix_signature_verdicts_until", "until"),
    sqlite_with_rowid=False,
)

Table(
    "home_views",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id"), primary_key=True),
    Column("view_id", Integer, ForeignKey("kept_views.id"), nullable=False),
    Index("ix_home_views_view_id", "view_id"),
)
