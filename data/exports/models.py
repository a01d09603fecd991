"""Tables of exports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.exports.types import Content, ExportState, FileKind


class Export(Base):
    """A requested file; an interrupted one is started over."""

    __tablename__ = "exports"
    __table_args__ = (Index(None, "state", "id"), Index(None, "organisation_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    schedule_id: Mapped[int | None]  # no foreign key: exports outlive their schedule
    state: Mapped[ExportState] = mapped_column(enum_by_name(ExportState))
    content: Mapped[Content] = mapped_column(enum_by_name(Content))
    file: Mapped[FileKind] = mapped_column(enum_by_name(FileKind))
    apart: Mapped[bool]
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)  # see rules: packed
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    tell: Mapped[bool]  # notify by mail when it is made
    expected_rows: Mapped[int] = mapped_column(BigInteger)
    expected_octets: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # PCEs processed
    total: Mapped[int] = mapped_column(default=0)
    pces: Mapped[int] = mapped_column(default=0)  # with rows written
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    stored_name: Mapped[str] = mapped_column(default="")  # random, in var/exports; "" if not stored
    file_name: Mapped[str] = mapped_column(default="")
    file_size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    problem: Mapped[list[Any] | None] = mapped_column(JSON)


class ExportedPce(Base):
    """The days read of a PCE: a viewer who can no longer read them cannot download the file."""

    __tablename__ = "exported_pces"
    __table_args__ = (Index(None, "export_id", "pce_id"),)

    pce_id: Mapped[int] = mapped_column(ForeignKey("pces.id"), primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    holes: Mapped[str]  # days not read in between: see holes_in of data.metering.pces.rules


class ExportPick(Base):
    """PCEs ticked in a list, for the export form: thousands do not fit in an address."""

    __tablename__ = "export_picks"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    numbers: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class ExportSchedule(Base):
    """An export repeated every month with the rights of the day."""

    __tablename__ = "export_schedules"
    __table_args__ = (Index(None, "next_on"), Index(None, "organisation_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    content: Mapped[Content] = mapped_column(enum_by_name(Content))
    file: Mapped[FileKind] = mapped_column(enum_by_name(FileKind))
    apart: Mapped[bool]
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    months: Mapped[int]  # complete months before the day of the export
    day: Mapped[int]  # of the month
    next_on: Mapped[date]
    created_at: Mapped[datetime]
