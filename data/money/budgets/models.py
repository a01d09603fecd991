"""Tables of budgets: current values and history."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.analysis.signatures.types import Reason
from data.metering.consumption.types import Unit


class BudgetRow(Base):
    """A budget of twelve months from `first_month`; without PCE and tag, for all PCEs.

    `months` is its split when last entered, in thousandths of its unit like `amount`. A removed one
    stays for its history.
    """

    __tablename__ = "budgets"
    __table_args__ = (Index(None, "organisation_id", "pce_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    pce_id: Mapped[int | None] = mapped_column(ForeignKey("pces.id"), index=True)
    tag: Mapped[str] = mapped_column(default="")
    unit: Mapped[Unit] = mapped_column(enum_by_value(Unit))
    amount: Mapped[int] = mapped_column(BigInteger)
    first_month: Mapped[date]
    months: Mapped[list[int]] = mapped_column(JSON)
    by_climate: Mapped[int]
    by_past: Mapped[int]
    by_days: Mapped[int]
    reason: Mapped[Reason | None] = mapped_column(enum_by_value(Reason))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class BudgetChange(Base):
    """A version of a budget and its author."""

    __tablename__ = "budget_changes"
    __table_args__ = (Index(None, "user_id"), {"sqlite_with_rowid": False})

    budget_id: Mapped[int] = mapped_column(ForeignKey("budgets.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    unit: Mapped[Unit] = mapped_column(enum_by_value(Unit))
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    removed: Mapped[bool] = mapped_column(default=False)
