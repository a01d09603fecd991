"""Tables of delivery points."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.db import Base
from data.pces.types import EventKind, Frequency


class Pce(Base):
    """A delivery point; its history is its own and runs across suppliers and holders."""

    __tablename__ = "pces"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")  # folded alias, city, holder, number
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
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


class PceGrant(Base):
    """What a third party may read of a PCE: the data of `first_day`…`last_day`.

    The rights feature will own the state machine and keep these rows as its outcome: a row
    exists while, and only while, a right lets the organisation read.
    """

    __tablename__ = "pce_grants"
    __table_args__ = (Index(None, "organisation_id", "pce_id"),)

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


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
