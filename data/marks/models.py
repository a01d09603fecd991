"""Tables of marks."""

from datetime import date, datetime

from sqlalchemy import Enum, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.db import Base
from data.marks.types import AnnotationKind


class AnnotationRow(Base):
    """What somebody says of some days of a PCE, to their organisation; a removed one may return."""

    __tablename__ = "annotations"
    __table_args__ = (Index(None, "pce_id", "organisation_id", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[AnnotationKind] = mapped_column(Enum(AnnotationKind, native_enum=False, length=20))
    words: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
