"""Tables of delivery points."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.metering.pces.rules import folded
from data.metering.pces.types import EventKind, Frequency


def _folded(name: str) -> Callable[[DefaultExecutionContext], str]:
    """Return a column default: what is written in `name`, without accents and case."""

    def default(context: DefaultExecutionContext) -> str:
        value: str = context.get_current_parameters().get(name) or ""  # type: ignore[no-untyped-call]
        return folded(value)

    return default


class Pce(Base):
    """A delivery point; its history continues across suppliers and holders."""

    __tablename__ = "pces"
    __table_args__ = (
        # lists are searched and sorted in this index alone
        Index(None, "search", "number", "holder_id"),
        Index(None, "data_until"),
        Index(None, "street_search"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")  # see rules: search_text
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    holder_name: Mapped[str] = mapped_column(default="")  # on the contract, if known
    holder_since: Mapped[date | None]  # the day the present holder arrived, if known
    street: Mapped[str] = mapped_column(default="")
    # apart from `search`: a right to technical data opens the street
    street_search: Mapped[str] = mapped_column(default=_folded("street"), server_default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    frequency: Mapped[Frequency] = mapped_column(
        Enum(Frequency, native_enum=False, values_callable=lambda kind: [k.value for k in kind])
    )
    tariff: Mapped[str] = mapped_column(default="")
    supplier: Mapped[str] = mapped_column(default="")
    profile: Mapped[str] = mapped_column(default="")
    reference_kwh: Mapped[int | None]  # annual reference consumption (CAR)
    commissioned_on: Mapped[date | None]  # commissioning date (MES)
    ended_on: Mapped[date | None]  # decommissioning date (MHS)
    meter_serial: Mapped[str] = mapped_column(default="")
    # counter digits ("roues"): the index rolls over at 10^digits m³
    meter_digits: Mapped[int | None]
    technical: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    contract: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    data_until: Mapped[date | None]  # last gas day that has a value


class PceTag(Base):
    """A word that an organisation puts on a PCE it can see."""

    __tablename__ = "pce_tags"
    __table_args__ = (Index(None, "organisation_id", "tag"),)

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    search: Mapped[str] = mapped_column(default=_folded("tag"), server_default="")


def _as_the_days(name: str) -> Callable[[DefaultExecutionContext], date | None]:
    """Return a column default: published periods are readable for the same days as readings."""

    def default(context: DefaultExecutionContext) -> date | None:
        value: date | None = context.get_current_parameters().get(name)  # type: ignore[no-untyped-call]
        return value

    return default


class PceGrant(Base):
    """What a third party may read of a PCE from `valid_from` to `valid_to`.

    It covers daily readings of `first_day`…`last_day`, published periods of `published_first_day`…
    `published_last_day` and injections of `injection_first_day`…`injection_last_day`, less the
    `holes`. None is unbounded, and a first day after the last one means nothing, which is the
    default for injections. The rights feature maintains these rows: a row exists while, and only
    while, a right lets the organisation read. At most one is valid on any day.
    """

    __tablename__ = "pce_grants"
    __table_args__ = (Index(None, "organisation_id", "pce_id"),)

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    published_first_day: Mapped[date | None] = mapped_column(default=_as_the_days("first_day"))
    published_last_day: Mapped[date | None] = mapped_column(default=_as_the_days("last_day"))
    whole_from: Mapped[date | None] = mapped_column(default=_as_the_days("first_day"))
    holes: Mapped[str] = mapped_column(default="")  # see rules: holes_in
    injection_first_day: Mapped[date | None] = mapped_column(server_default="9999-12-31")
    injection_last_day: Mapped[date | None] = mapped_column(server_default="0001-01-01")
    contractual: Mapped[bool]
    technical: Mapped[bool]


class PceEventRow(Base):
    """A dated event of a PCE."""

    __tablename__ = "pce_events"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[EventKind] = mapped_column(enum_by_name(EventKind), primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str | None]


class PceMark(Base):
    """A PCE whose tags or holder changed, and whose rights and groups have not been updated yet."""

    __tablename__ = "pce_marks"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
