"""Table of programs' calls; their credentials belong to accounts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class ProgramUse(Base):
    """How often the programs of an organisation call: one row, locked by each call in turn."""

    __tablename__ = "program_uses"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date]  # in Paris, that `calls` are counted on
    calls: Mapped[int]
    ready_at: Mapped[datetime]  # see rules: next_turn
