"""Table of the verdicts on sites: one row per PCE, written by a job."""

from datetime import date

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.analysis.signatures.types import Cause, Reason


class VerdictRow(Base):
    """Verdict of a PCE; `types.SignatureVerdict` describes each column.

    It depends on every day from `first_day` to `until`, so a viewer needs access to all of them.
    """

    __tablename__ = "signature_verdicts"
    __table_args__ = (
        Index("ix_signature_verdicts_stake_wh", "stake_wh"),
        Index("ix_signature_verdicts_until", "until"),  # the few whose data stopped
        {"sqlite_with_rowid": False},
    )

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    first_day: Mapped[date | None]
    until: Mapped[date | None]
    base: Mapped[float]
    baseload_wh: Mapped[float]
    slope_wh: Mapped[float]
    use: Mapped[float]
    out: Mapped[float]
    weeks: Mapped[int] = mapped_column(SmallInteger)
    r2: Mapped[float]
    cvrmse: Mapped[float]
    reason: Mapped[Reason | None] = mapped_column(enum_by_name(Reason))
    year: Mapped[date]
    ratio: Mapped[float | None]
    refused: Mapped[Reason | None] = mapped_column(enum_by_name(Reason))
    difference_wh: Mapped[int] = mapped_column(BigInteger)
    climate_wh: Mapped[int] = mapped_column(BigInteger)
    calendar_wh: Mapped[int] = mapped_column(BigInteger)
    missing_wh: Mapped[int] = mapped_column(BigInteger)
    rest_wh: Mapped[int] = mapped_column(BigInteger)
    day_wh: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[Cause | None] = mapped_column(enum_by_name(Cause))
    since: Mapped[date | None]
    stake_wh: Mapped[int | None] = mapped_column(BigInteger)
    share: Mapped[float | None]
    months: Mapped[list[float | None] | None] = mapped_column(JSON(none_as_null=True))
    year_cause: Mapped[Cause | None] = mapped_column(enum_by_name(Cause))


class WeatherSeen(Base):
    """Digest of a station's days when its PCEs were last marked."""

    __tablename__ = "signature_weather"

    station_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
