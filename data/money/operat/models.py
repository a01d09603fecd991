"""Table of sites: what an organisation declares about each PCE."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class OperatSite(Base):
    """Functional entity that a PCE heats, as an organisation declares it."""

    __tablename__ = "operat_sites"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id"), primary_key=True, index=True
    )
    efa: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    siren: Mapped[str] = mapped_column(default="")
    siret: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class OperatReference(Base):
    """The gas of a PCE in the reference year of its entity, in Wh PCI, and its degree days."""

    __tablename__ = "operat_references"

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int | None]
    energy_wh: Mapped[int | None] = mapped_column(BigInteger)
    degree_days: Mapped[int | None]


class AbsoluteValueRow(Base):
    """A published absolute value, of all energies, in Wh per m² and year, from a day on."""

    __tablename__ = "operat_absolute_values"
    __table_args__ = (UniqueConstraint("category_key", "target_year", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str]
    category_key: Mapped[str]  # without accents, in lower case
    target_year: Mapped[int]
    first_day: Mapped[date]
    wh_per_m2: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
