"""The table of bills."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.money.bills.types import Nature


class BillRow(Base):
    """A bill of an organisation; a removed one may return. For units see `types`."""

    __tablename__ = "bills"
    __table_args__ = (
        Index(None, "pce_id", "organisation_id", "first_day"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    number: Mapped[str] = mapped_column(default="")
    nature: Mapped[Nature] = mapped_column(enum_by_value(Nature))
    start_dm3: Mapped[int | None] = mapped_column(BigInteger)
    end_dm3: Mapped[int | None] = mapped_column(BigInteger)
    coefficient_e4: Mapped[int | None]
    energy_wh: Mapped[int] = mapped_column(BigInteger)
    cents: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
