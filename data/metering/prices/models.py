"""Table of prices: a row for each dated component of an organisation."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.metering.prices.types import PriceKind, PriceUnit


class PriceComponent(Base):
    """A price component; with neither PCE nor tag it applies to all. Units: `types.PriceDraft`."""

    __tablename__ = "price_components"
    __table_args__ = (Index(None, "organisation_id", "pce_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    pce_id: Mapped[int | None] = mapped_column(ForeignKey("pces.id"), index=True)
    tag: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    kind: Mapped[PriceKind] = mapped_column(enum_by_value(PriceKind))
    unit: Mapped[PriceUnit] = mapped_column(enum_by_value(PriceUnit))
    amount: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
