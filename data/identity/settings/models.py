"""Table of the operator's settings, one row per setting."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class Setting(Base):
    """Value that overrides the environment's; None once it was reset.

    The row of a reset setting stays, so that its version still detects concurrent changes.
    """

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str | None]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
