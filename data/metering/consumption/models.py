"""Tables of consumption; each key starts with `pce_id`, to allow sharding."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Double, ForeignKey, Index, SmallInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name, enum_by_value
from data.metering.consumption.types import DriftReason, FleetPeriod, PceNews, PeriodKind


class Reading(Base):
    """The value in force of a PCE and gas day; see `types` for the units."""

    __tablename__ = "readings"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    gas_day: Mapped[date] = mapped_column(primary_key=True)
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    volume_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_start_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_end_dm3: Mapped[int | None] = mapped_column(BigInteger)
    coefficient_e4: Mapped[int | None]
    temperature_c100: Mapped[int | None] = mapped_column(SmallInteger)
    quality: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[int] = mapped_column(SmallInteger, default=0)  # see rules: Flag
    as_of: Mapped[date | None]  # None: no source stated this day, it was reconstructed
    learnt_at: Mapped[datetime]
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")  # DataSource
    run_id: Mapped[int] = mapped_column(default=0, server_default="0")  # of a deposit; 0: none


class ReadingRevision(Base):
    """A distinct statement of a day that has had several, the one in force included.

    Identical statements of several deposits have a row each (`digest` covers content and run), so
    that one deposit can be withdrawn; see `data.provenance` for `source` and `run_id`.

    `readings` is a pure function of these rows, so the order of arrival does not matter. The
    screens show as revisions the rows whose energy or volume differs from the value in force.
    """

    __tablename__ = "reading_revisions"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    gas_day: Mapped[date] = mapped_column(primary_key=True)
    digest: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    volume_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_start_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_end_dm3: Mapped[int | None] = mapped_column(BigInteger)
    coefficient_e4: Mapped[int | None]
    temperature_c100: Mapped[int | None] = mapped_column(SmallInteger)
    quality: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[int] = mapped_column(SmallInteger, default=0)
    as_of: Mapped[date]
    learnt_at: Mapped[datetime]
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    run_id: Mapped[int] = mapped_column(default=0, server_default="0")


class ConsumptionPeriod(Base):
    """A published billing period, or a line of a weekly or monthly sheet, as opposed to days.

    Each run has its own row. One that another overrides, or cuts differently, is `replaced`: it is
    stored but not read.
    """

    __tablename__ = "consumption_periods"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    kind: Mapped[PeriodKind] = mapped_column(enum_by_name(PeriodKind), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True, default=0, server_default="0")
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    volume_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_start_dm3: Mapped[int | None] = mapped_column(BigInteger)
    index_end_dm3: Mapped[int | None] = mapped_column(BigInteger)
    coefficient_e4: Mapped[int | None]
    quality: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    as_of: Mapped[date]
    learnt_at: Mapped[datetime]
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    # receipt number, shared by the lines of one file
    told: Mapped[int] = mapped_column(default=0, server_default="0")
    # overridden or cut differently
    replaced: Mapped[bool] = mapped_column(default=False, server_default=false())


class PeriodDay(Base):
    """A gas day without reading, and its share of the period that covers it.

    The page of the PCE draws it for a viewer who can read every day; a viewer who cannot read the
    whole period may read none of its shares. Written in the transaction of the readings and
    periods.
    """

    __tablename__ = "period_days"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    gas_day: Mapped[date] = mapped_column(primary_key=True)
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    volume_dm3: Mapped[int | None] = mapped_column(BigInteger)
    quality: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[int] = mapped_column(SmallInteger)
    first_day: Mapped[date]  # of the period
    last_day: Mapped[date]
    billed: Mapped[bool]  # published period (the PCE has no other data), else a line of a sheet


class InjectionPeriod(Base):
    """A published period of the gas that a site feeds into the network; not consumption."""

    __tablename__ = "injection_periods"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True, default=0, server_default="0")
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    volume_dm3: Mapped[int | None] = mapped_column(BigInteger)
    converted_dm3: Mapped[int | None] = mapped_column(BigInteger)
    coefficient_e4: Mapped[int | None]
    quality: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    as_of: Mapped[date]
    learnt_at: Mapped[datetime]
    source: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    told: Mapped[int] = mapped_column(default=0, server_default="0")
    replaced: Mapped[bool] = mapped_column(default=False, server_default=false())


class MonthlyConsumption(Base):
    """The roll-up of `readings` and `period_days` by calendar month, updated in their transaction.

    The last three columns compare with the same month a year before, day by day: both sums cover
    the dates that have an energy in both years, so a missing day affects neither side.
    """

    __tablename__ = "monthly_consumption"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    volume_dm3: Mapped[int] = mapped_column(BigInteger)
    days_measured: Mapped[int] = mapped_column(SmallInteger)  # corrected ones included
    days_estimated: Mapped[int] = mapped_column(SmallInteger)
    days_reconstructed: Mapped[int] = mapped_column(SmallInteger)
    days_absent: Mapped[int] = mapped_column(SmallInteger)
    days_deposited: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    days_prorated: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    days_shared: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    shared_wh: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    before_wh: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


_SORTED = ("energy_wh", "gap_wh", "drift", "coverage", "equal_wh", "equal", "ranked")


class FleetStanding(Base):
    """The standing of a PCE over a period of the fleet page, indexed to rank a million.

    It matches the roll-up on any day of `first_day`…`last_day`; after that, the calendar changes
    it. A row whose last day is past is stale: triggers write such a row for each new PCE and make a
    row stale when its PCE changes. NULL means unknown.

    For the year, the evaluation of signatures adds the `ratio` that converts `this_wh` to the
    climate of the year before, computed from days that not every viewer may read; the
    weather-corrected figures follow from it.
    """

    __tablename__ = "fleet_standings"
    __table_args__ = (
        *(Index(None, "period", key, "pce_id") for key in _SORTED),
        Index(None, "first_day"),
        Index(None, "last_day"),
        {"sqlite_with_rowid": False},
    )

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    period: Mapped[FleetPeriod] = mapped_column(enum_by_name(FleetPeriod, 10), primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    known: Mapped[int] = mapped_column(SmallInteger)  # days with a value, of those due
    deposited: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    due: Mapped[int] = mapped_column(SmallInteger)
    shared: Mapped[int] = mapped_column(SmallInteger)  # days known in both years
    this_wh: Mapped[int] = mapped_column(BigInteger)
    before_wh: Mapped[int] = mapped_column(BigInteger)
    gap_wh: Mapped[int | None] = mapped_column(BigInteger)
    drift: Mapped[float | None] = mapped_column(Double)  # relative to the year before
    coverage: Mapped[float | None] = mapped_column(Double)
    ratio: Mapped[float | None] = mapped_column(Double)
    ratio_year: Mapped[date | None]  # first day of the year of `ratio`
    judged_from: Mapped[date | None]  # the days that `ratio` is computed from
    judged_until: Mapped[date | None]
    equal_wh: Mapped[int | None] = mapped_column(BigInteger)  # the weather-corrected difference
    equal: Mapped[float | None] = mapped_column(Double)  # relative to the year before
    ranked: Mapped[float | None] = mapped_column(Double)  # `equal`, else `drift`


class DriftReview(Base):
    """A drift that an organisation looked at: hidden until it exceeds `equal` by another step."""

    __tablename__ = "drift_reviews"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    reason: Mapped[DriftReason] = mapped_column(enum_by_name(DriftReason))
    reviewed_on: Mapped[date]
    equal: Mapped[float] = mapped_column(Double)  # as in its standing, that day


class _FleetSum:
    """The key of a sum: the PCEs that `holder_id` holds (0: no holder) and that have `tag`.

    The tag belongs to `organisation_id`; 0 and "" stand for all PCEs, whatever their tags. Each
    connection writes to its own `part`, so that none waits for another: a figure is the sum of all
    parts. Triggers on the summed values, on tags and on holders maintain them.
    """

    organisation_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    tag: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)
    holder_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)


class FleetSum(_FleetSum, Base):
    """The count and sums of the standings of many PCEs over a period, stale ones included."""

    __tablename__ = "fleet_sums"

    period: Mapped[FleetPeriod] = mapped_column(
        enum_by_name(FleetPeriod, 10), primary_key=True, sort_order=-3
    )
    part: Mapped[int] = mapped_column(primary_key=True)
    pces: Mapped[int] = mapped_column(BigInteger)
    complete: Mapped[int] = mapped_column(BigInteger)  # PCEs with a value for each day due
    expected: Mapped[int] = mapped_column(BigInteger)  # PCEs with days due
    drifting: Mapped[int] = mapped_column(BigInteger)
    ranked: Mapped[int] = mapped_column(BigInteger)  # PCEs whose difference is known
    valued: Mapped[int] = mapped_column(BigInteger)  # PCEs with an energy
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    known: Mapped[int] = mapped_column(BigInteger)
    deposited: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    due: Mapped[int] = mapped_column(BigInteger)
    shared: Mapped[int] = mapped_column(BigInteger)
    this_wh: Mapped[int] = mapped_column(BigInteger)
    before_wh: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class FleetMonthSum(_FleetSum, Base):
    """The sums of the roll-up months with the same count of known days, to which prices apply.

    `blind` tells which of energy and volume they lack: 1 the energy, 2 the volume.
    """

    __tablename__ = "fleet_month_sums"

    month: Mapped[date] = mapped_column(primary_key=True, sort_order=-3)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    blind: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    pces: Mapped[int] = mapped_column(BigInteger)
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    volume_dm3: Mapped[int] = mapped_column(BigInteger)
    this_wh: Mapped[int] = mapped_column(BigInteger)  # over the same days as `before_wh`
    before_wh: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012


class ReadingMark(Base):
    """The first gas day from which a PCE's readings changed since thresholds were evaluated.

    Written in the transaction of the readings; the evaluation deletes it in its own.
    """

    __tablename__ = "reading_marks"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    first_day: Mapped[date]


class ReadingChange(Base):
    """How many times the readings of a PCE changed since they were last evaluated.

    Written in the transaction of the readings; the evaluation deletes the row only if the count is
    still the one that it read.
    """

    __tablename__ = "reading_changes"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    times: Mapped[int]


class ReadingNews(Base):
    """The days of a PCE whose data changed since subscribers were last notified.

    There is one row for its readings, from the earliest day to the latest, and one for each
    published period. Written in the transaction of the readings; the job that notifies subscribers
    deletes it in its own.
    """

    __tablename__ = "reading_news"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    sort: Mapped[PceNews] = mapped_column(
        enum_by_value(PceNews, 10),
        primary_key=True,
    )
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)
