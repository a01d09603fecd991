"""Tables of the weather: small, and shared by all PCEs of a station."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.metering.weather.types import StationSource


class Station(Base):
    """Station that measures temperatures, under its code in files and at providers."""

    __tablename__ = "weather_stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]  # degrees, for providers that ask for coordinates
    longitude: Mapped[float | None]
    source: Mapped[StationSource | None] = mapped_column(
        enum_by_value(StationSource, 10)
    )  # source of the last days received


class WeatherDay(Base):
    """Temperatures of a station on a day, in 1/100 °C; the latest value replaces the others."""

    __tablename__ = "weather_days"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mean_c100: Mapped[int] = mapped_column(SmallInteger)
    min_c100: Mapped[int | None] = mapped_column(SmallInteger)
    max_c100: Mapped[int | None] = mapped_column(SmallInteger)


class WeatherOwnDay(Base):
    """Temperature at the PCE itself on a day, delivered with its readings.

    The latest value replaces the others, except that a deposit (`data.provenance`) never replaces
    the distributor's.
    """

    __tablename__ = "weather_own_days"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mean_c100: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    run_id: Mapped[int] = mapped_column(default=0, server_default="0")


class WeatherArea(Base):
    """Station of the postal codes that begin with `prefix`; the longest prefix wins."""

    __tablename__ = "weather_areas"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"))


class WeatherChoice(Base):
    """Station assigned to a PCE, regardless of its postal code."""

    __tablename__ = "weather_choices"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"))


class WeatherMark(Base):
    """Station whose days changed since the dependent evaluations last ran."""

    __tablename__ = "weather_marks"

    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"), primary_key=True)
    first_day: Mapped[date]


class WeatherOwnMark(Base):
    """PCE whose temperatures changed since the dependent evaluations last ran.

    Its own days changed, or another station was assigned to it.
    """

    __tablename__ = "weather_own_marks"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    first_day: Mapped[date]


class WeatherFetch(Base):
    """State of the provider's fetches: a single row, from the first attempt on."""

    __tablename__ = "weather_fetches"

    id: Mapped[int] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # last success
    failures: Mapped[int] = mapped_column(SmallInteger)  # consecutive, since the last success
    problem: Mapped[str]  # French message of the last failure; "" after a success
    # days added by the last success; then those changed and refused
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
