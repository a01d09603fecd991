"""Tables of the weather: small, and the same for every PCE of a station."""

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from data.weather.types import StationSource


class Station(Base):
    """Where temperatures are measured, by the code that files and providers know it by."""

    __tablename__ = "weather_stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]  # degrees, for a provider that asks where
    longitude: Mapped[float | None]
    source: Mapped[StationSource | None] = mapped_column(
        Enum(StationSource, native_enum=False, length=10, values_callable=lambda kind: [*kind])
    )  # of the days that came last


class WeatherDay(Base):
    """The temperatures of a station on a day, 1/100 °C; the latest word stands."""

    __tablename__ = "weather_days"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mean_c100: Mapped[int] = mapped_column(SmallInteger)
    min_c100: Mapped[int | None] = mapped_column(SmallInteger)
    max_c100: Mapped[int | None] = mapped_column(SmallInteger)


class WeatherOwnDay(Base):
    """The temperature of a PCE's own place on a day, come with its readings.

    The latest word stands, but a deposit (`data.provenance`) never overrides the distributor.
    """

    __tablename__ = "weather_own_days"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mean_c100: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    run_id: Mapped[int] = mapped_column(default=0, server_default="0")


class WeatherArea(Base):
    """The station of the postal codes that begin with `prefix`; the longest that fits wins."""

    __tablename__ = "weather_areas"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"))


class WeatherChoice(Base):
    """The station chosen for a PCE, whatever its postal code."""

    __tablename__ = "weather_choices"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"))


class WeatherMark(Base):
    """A station whose days changed since the dependent evaluations last ran."""

    __tablename__ = "weather_marks"

    station_id: Mapped[int] = mapped_column(ForeignKey("weather_stations.id"), primary_key=True)
    first_day: Mapped[date]


class WeatherOwnMark(Base):
    """A PCE whose temperatures changed since the dependent evaluations last ran.

    Its own days came or changed, or another station was chosen for it.
    """

    __tablename__ = "weather_own_marks"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    first_day: Mapped[date]


class WeatherFetch(Base):
    """How asking the provider goes: one row, once it was asked."""

    __tablename__ = "weather_fetches"

    id: Mapped[int] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # the last time that it answered
    failures: Mapped[int] = mapped_column(SmallInteger)  # in a row, since
    problem: Mapped[str]  # the French sentence of the last one; "" when it answered
    new: Mapped[int] = mapped_column(default=0)  # days of the last answer; those changed, refused
    changed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
