"""The table of attestations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base

STANDS = "removed_at IS NULL"


class AttestationRow(Base):
    """An attestation of an organisation; a removed or replaced one may return."""

    __tablename__ = "operat_attestations"
    __table_args__ = (
        Index(
            "uq_operat_attestations_standing",
            "organisation_id",
            "year",
            "label",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int]  # no foreign key, as attestations survive an erased account
    year: Mapped[int]
    label: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
