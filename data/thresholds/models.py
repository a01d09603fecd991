"""Tables of thresholds; those that grow with PCE × time lead their key with `pce_id`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.analysis.signatures.types import Reason
from data.thresholds.rules.evaluators import Prefilter
from data.thresholds.types import (
    Ending,
    EpisodeState,
    ThresholdChange,
    ThresholdKind,
    ThresholdPeriod,
)


class Threshold(Base):
    """The current state of a threshold, for lists and SQL; versions hold the full definition."""

    __tablename__ = "thresholds"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    search: Mapped[str]  # folded
    kind: Mapped[ThresholdKind] = mapped_column(enum_by_name(ThresholdKind))
    period: Mapped[ThresholdPeriod] = mapped_column(enum_by_name(ThresholdPeriod, 10))
    severity: Mapped[int] = mapped_column(SmallInteger)
    tag: Mapped[str] = mapped_column(default="", index=True)
    delay: Mapped[int] = mapped_column(SmallInteger, default=0)
    learnt_to: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    paused: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    screen: Mapped[Prefilter] = mapped_column(enum_by_name(Prefilter))


class ThresholdVersion(Base):
    """The definition from `first_day` on and its author; the row before is the previous one."""

    __tablename__ = "threshold_versions"

    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    change: Mapped[ThresholdChange] = mapped_column(enum_by_name(ThresholdChange))
    active: Mapped[bool] = mapped_column(default=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)


class ThresholdFloor(Base):
    """The lowest value over all versions at which a day or sum may change an episode.

    `slot` is a month's number, else 0. Smaller changes are not replayed.
    """

    __tablename__ = "threshold_floors"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    floor_wh: Mapped[int] = mapped_column(BigInteger)


class ThresholdPce(Base):
    """A PCE named by a threshold; those with its tag are not listed here."""

    __tablename__ = "threshold_pces"
    __table_args__ = (Index(None, "threshold_id"), {"sqlite_with_rowid": False})

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"), primary_key=True)


class ThresholdMember(Base):
    """The gas days `since`…`until` on which a PCE was in scope, by name or tag."""

    __tablename__ = "threshold_members"
    __table_args__ = (Index(None, "threshold_id"), {"sqlite_with_rowid": False})

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]


class ThresholdReference(Base):
    """The frozen signature of a PCE for a threshold, from a reference ending on `last_day`.

    See `signatures.types.Fit`. A refused one (`reason`) is learnt again some days later, since late
    data may make it reliable; a reliable one is final.
    """

    __tablename__ = "threshold_references"
    __table_args__ = (Index(None, "threshold_id"), {"sqlite_with_rowid": False})

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"), primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    base: Mapped[float] = mapped_column(Double)
    baseload_wh: Mapped[float] = mapped_column(Double)
    slope_wh: Mapped[float] = mapped_column(Double)
    use: Mapped[float] = mapped_column(Double)
    out: Mapped[float] = mapped_column(Double)
    usual_wh: Mapped[int] = mapped_column(BigInteger)
    weeks: Mapped[int] = mapped_column(SmallInteger)
    r2: Mapped[float] = mapped_column(Double)
    cvrmse: Mapped[float] = mapped_column(Double)
    reason: Mapped[Reason | None] = mapped_column(enum_by_name(Reason))
    learnt_on: Mapped[date]


_STANDS = text("state <> 'WITHDRAWN'")
_IS_OPEN = text("state IN ('WARNED', 'EXCEEDED')")


class Episode(Base):
    """An exceedance of a PCE, from its first gas day to its end; see `types.Spell`.

    Messages and links refer to its id, so the id alone is the key; it is searched by PCE.
    """

    __tablename__ = "threshold_episodes"
    __table_args__ = (
        Index(
            "uq_threshold_episodes_start",
            "pce_id",
            "threshold_id",
            "first_day",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index(
            "ix_threshold_episodes_open",
            "threshold_id",
            "pce_id",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(None, "threshold_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    threshold_id: Mapped[int] = mapped_column(ForeignKey("thresholds.id"))
    state: Mapped[EpisodeState] = mapped_column(enum_by_name(EpisodeState))
    period: Mapped[ThresholdPeriod] = mapped_column(enum_by_name(ThresholdPeriod, 10))
    first_day: Mapped[date]
    warned_on: Mapped[date | None]
    exceeded_on: Mapped[date | None]
    value_wh: Mapped[int] = mapped_column(BigInteger)
    limit_wh: Mapped[int] = mapped_column(BigInteger)
    peak_wh: Mapped[int] = mapped_column(BigInteger)
    peak_on: Mapped[date]
    excess_wh: Mapped[int] = mapped_column(BigInteger)
    last_day: Mapped[date]
    last_wh: Mapped[int | None] = mapped_column(BigInteger)
    last_limit_wh: Mapped[int | None] = mapped_column(BigInteger)
    expected_wh: Mapped[int | None] = mapped_column(BigInteger)
    ended_on: Mapped[date | None]
    ending: Mapped[Ending | None] = mapped_column(enum_by_name(Ending))
    provisional: Mapped[bool] = mapped_column(default=False)
    turn: Mapped[int] = mapped_column(SmallInteger, default=0)
    found_at: Mapped[datetime]
    learnt_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    comment: Mapped[str] = mapped_column(default="")
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    snoozed_until: Mapped[date | None]


class ThresholdSweep(Base):
    """The last day on which all scopes were checked for changes due to dates."""

    __tablename__ = "threshold_sweeps"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
