"""The table of surfaces."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.metering.surfaces.types import SiteUse


class SurfaceRow(Base):
    """Surface of a PCE as an organisation states it; a removed one may return."""

    __tablename__ = "surfaces"
    __table_args__ = (Index(None, "organisation_id", "pce_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    area_dm2: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    use: Mapped[SiteUse | None] = mapped_column(enum_by_value(SiteUse))
    source: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
