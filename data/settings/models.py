"""Table of the operator's settings, a row for each."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class Setting(Base):
    """A value that stands before the environment's; none once it was put back.

    The row then stays, so that its version goes on: who saw an older one is told.
    """

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str | None]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
