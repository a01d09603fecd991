"""Tables of marks."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.analysis.marks.types import AnnotationKind


class AnnotationRow(Base):
    """Annotation on days of a PCE, visible to its organisation; a removed one may be restored."""

    __tablename__ = "annotations"
    __table_args__ = (Index(None, "pce_id", "organisation_id", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[AnnotationKind] = mapped_column(enum_by_name(AnnotationKind))
    words: Mapped[str]
    shared: Mapped[bool]  # also visible to the distributor's staff
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class KeptViewRow(Base):
    """Named page with its filters; deleted with its owner's account."""

    __tablename__ = "kept_views"
    __table_args__ = (UniqueConstraint("user_id", "name"), Index(None, "organisation_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    path: Mapped[str]
    query: Mapped[str]
    number: Mapped[str]  # PCE number of the view; empty for a page of several PCEs
    shared: Mapped[bool]  # with the organisation
    created_at: Mapped[datetime]


class HomeView(Base):
    """View that a user opens instead of the dashboard."""

    __tablename__ = "home_views"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("kept_views.id"), index=True)


class SharedLink(Base):
    """Days of a PCE open to any bearer of the link; only a digest of its secret is stored."""

    __tablename__ = "shared_links"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"))
    token_hash: Mapped[str]
    label: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    step: Mapped[str]
    unit: Mapped[str]
    data: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
