"""The table of works."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.money.retrofits.types import RetrofitKind


class RetrofitRow(Base):
    """Works of an organisation on a site; removed ones may return."""

    __tablename__ = "retrofits"
    __table_args__ = (
        Index(None, "pce_id", "organisation_id", "finished_on"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[RetrofitKind] = mapped_column(enum_by_value(RetrofitKind))
    name: Mapped[str]
    started_on: Mapped[date]
    finished_on: Mapped[date]
    cents: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
