"""Tables of delivery points."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from data.pces.types import EventKind, Frequency


class Pce(Base):
    """A delivery point; its history is its own and runs across suppliers and holders."""

    __tablename__ = "pces"
    __table_args__ = (
        Index(None, "search", "number", "holder_id"),  # a list is found and sorted in it alone
        Index(None, "data_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")  # folded alias, city, holder, number
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    holder_name: Mapped[str] = mapped_column(default="")  # on the contract, if it is known
    holder_since: Mapped[date | None]  # the day the present holder arrived, if it is known
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    frequency: Mapped[Frequency] = mapped_column(
        Enum(Frequency, native_enum=False, values_callable=lambda kind: [k.value for k in kind])
    )
    tariff: Mapped[str] = mapped_column(default="")
    supplier: Mapped[str] = mapped_column(default="")
    profile: Mapped[str] = mapped_column(default="")
    reference_kwh: Mapped[int | None]  # CAR
    commissioned_on: Mapped[date | None]  # MES
    ended_on: Mapped[date | None]  # MHS
    meter_serial: Mapped[str] = mapped_column(default="")
    meter_digits: Mapped[int | None]  # "roues": the index rolls over at 10^digits m³
    technical: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    contract: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    data_until: Mapped[date | None]  # last gas day that has a value


class PceTag(Base):
    """A word an organisation puts on a PCE it may see."""

    __tablename__ = "pce_tags"
    __table_args__ = (Index(None, "organisation_id", "tag"),)

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


def _as_the_days(name: str) -> Callable[[DefaultExecutionContext], date | None]:
    """Periods are covered as the days are, unless something else is said of them."""

    def default(context: DefaultExecutionContext) -> date | None:
        value: date | None = context.get_current_parameters().get(name)  # type: ignore[no-untyped-call]
        return value

    return default


class PceGrant(Base):
    """What a third party may read of a PCE from `valid_from` to `valid_to`.

    The daily readings of `first_day`…`last_day`, the published periods of `published_first_day`…
    `published_last_day`, the injected gas of `injection_first_day`…`injection_last_day`, less the
    `holes` in them; None is without limit, and a first day after the last one is nothing: so it is
    of injected gas, unless something else is said. The rights feature keeps these rows as its
    outcome: a row exists while, and only while, a right lets the organisation read. On any day at
    most one holds.
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
    kind: Mapped[EventKind] = mapped_column(
        Enum(EventKind, native_enum=False, length=20), primary_key=True
    )
    before: Mapped[str | None]
    after: Mapped[str | None]


class PceMark(Base):
    """The tags or the holder of a PCE changed, and what follows from them has not been seen to."""

    __tablename__ = "pce_marks"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
