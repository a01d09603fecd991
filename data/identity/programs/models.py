"""Table of programs' calls; their credentials belong to accounts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class ProgramUse(Base):
    """Call counter of an organisation's programs: one row, locked by each call."""

    __tablename__ = "program_uses"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date]  # in Paris, day of `calls`
    calls: Mapped[int]
    ready_at: Mapped[datetime]  # see rules: next_turn
