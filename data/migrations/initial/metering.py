"""Define the tables of delivery points, weather and prices."""

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
    UniqueConstraint,
)

from data.migrations.initial.metadata import METADATA

Table(
    "weather_fetches",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("tried_at", DateTime(timezone=True), nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("failures", SmallInteger, nullable=False),
    Column("problem", String, nullable=False),
    Column("new", Integer, server_default="0", nullable=False),
    Column("changed", Integer, server_default="0", nullable=False),
    Column("refused", Integer, server_default="0", nullable=False),
)

Table(
    "weather_stations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False),
    Column("name", String, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("source", String(10)),
    UniqueConstraint("code"),
)

Table(
    "pces",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False),
    Column("alias", String, nullable=False),
    Column("search", String, nullable=False),
    Column("holder_id", Integer, ForeignKey("organisations.id")),
    Column("holder_name", String, server_default="", nullable=False),
    Column("holder_since", Date),
    Column("street", String, nullable=False),
    Column("postal_code", String, nullable=False),
    Column("city", String, nullable=False),
    Column("frequency", String(2), nullable=False),
    Column("tariff", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("reference_kwh", Integer),
    Column("commissioned_on", Date),
    Column("ended_on", Date),
    Column("meter_serial", String, nullable=False),
    Column("meter_digits", Integer),
    Column("technical", JSON, nullable=False),
    Column("contract", JSON, nullable=False),
    Column("data_until", Date),
    UniqueConstraint("number"),
    Index("ix_pces_data_until", "data_until"),
    Index("ix_pces_holder_id", "holder_id"),
    Index("ix_pces_search_number_holder_id", "search", "number", "holder_id"),
)

Table(
    "weather_areas",
    METADATA,
    Column("prefix", String, primary_key=True),
    Column("station_id", Integer, ForeignKey("weather_stations.id"), nullable=False),
)

Table(
    "weather_days",
    METADATA,
    Column("station_id", Integer, ForeignKey("weather_stations.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mean_c100", SmallInteger, nullable=False),
    Column("min_c100", SmallInteger),
    Column("max_c100", SmallInteger),
    sqlite_with_rowid=False,
)

Table(
    "weather_marks",
    METADATA,
    Column("station_id", Integer, ForeignKey("weather_stations.id"), primary_key=True),
    Column("first_day", Date, nullable=False),
)

Table(
    "pce_events",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("before", String),
    Column("after", String),
)

Table(
    "pce_grants",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("published_first_day", Date),
    Column("published_last_day", Date),
    Column("whole_from", Date),
    Column("holes", String, nullable=False),
    Column("injection_first_day", Date, server_default="9999-12-31"),
    Column("injection_last_day", Date, server_default="0001-01-01"),
    Column("contractual", Boolean, nullable=False),
    Column("technical", Boolean, nullable=False),
    Index("ix_pce_grants_organisation_id_pce_id", "organisation_id", "pce_id"),
)

Table(
    "pce_marks",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
)

Table(
    "pce_tags",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), primary_key=True),
    Column("tag", String, primary_key=True),
    Index("ix_pce_tags_organisation_id_tag", "organisation_id", "tag"),
)

Table(
    "price_components",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", Integer, ForeignKey("organisations.id"), nullable=False),
    Column("pce_id", Integer, ForeignKey("pces.id")),
    Column("tag", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("ix_price_components_organisation_id_pce_id", "organisation_id", "pce_id"),
    Index("ix_price_components_pce_id", "pce_id"),
)

Table(
    "weather_choices",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("station_id", Integer, ForeignKey("weather_stations.id"), nullable=False),
)

Table(
    "weather_own_days",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("mean_c100", SmallInteger, nullable=False),
    Column("source", SmallInteger, server_default="1", nullable=False),
    Column("run_id", Integer, server_default="0", nullable=False),
    sqlite_with_rowid=False,
)

Table(
    "weather_own_marks",
    METADATA,
    Column("pce_id", Integer, ForeignKey("pces.id"), primary_key=True),
    Column("first_day", Date, nullable=False),
)
