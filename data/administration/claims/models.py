"""The table of claims on delivery points."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.administration.claims.types import ClaimState
from data.controls.types import PieceKind

WAITS = "state = 'waiting'"


class PceClaim(Base):
    """A claim of an organisation on a delivery point, with an index or a letter as its proof."""

    __tablename__ = "pce_claims"
    __table_args__ = (
        Index(
            "uq_pce_claims_waiting",
            "organisation_id",
            "number",
            unique=True,
            sqlite_where=text(WAITS),
            postgresql_where=text(WAITS),
        ),
        Index(None, "state", "created_at"),
        Index(None, "user_id", "created_at"),
        Index(None, "number", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int]  # no foreign key, as claims survive an erased account
    number: Mapped[str]  # the portal may not know this PCE
    index_m3: Mapped[int | None] = mapped_column(BigInteger)
    read_on: Mapped[date | None]
    letter_name: Mapped[str] = mapped_column(default="")
    letter_kind: Mapped[PieceKind | None] = mapped_column(enum_by_value(PieceKind))
    letter_sha256: Mapped[str] = mapped_column(default="")
    storage_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[ClaimState] = mapped_column(enum_by_value(ClaimState))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
