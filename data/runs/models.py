"""Tables of runs, and of each file's statements about PCEs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.runs.types import RunKind, RunState, RunTask


class Run(Base):
    """Import of a file, by the work queue: resumed from `done` after a crash."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "state", "id"), Index(None, "organisation_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[RunKind] = mapped_column(enum_by_name(RunKind))
    state: Mapped[RunState] = mapped_column(enum_by_name(RunState))
    file_name: Mapped[str]
    stored_name: Mapped[str]  # random, in var/uploads; "" once the file is no longer kept
    file_size: Mapped[int]
    sha256: Mapped[str]
    pce: Mapped[str | None]  # number given with the file, used when its own cell is empty
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    column_uses: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # deliveries stored
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # why it was refused, or what was left out
    problem: Mapped[list[Any] | None] = mapped_column(JSON)
    task: Mapped[RunTask] = mapped_column(
        enum_by_name(RunTask), default=RunTask.STORE, server_default="STORE"
    )
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # see `types`
    handed_at: Mapped[datetime | None]  # last time a person queued it
    batch: Mapped[int | None]  # first run of the same deposit
    undone_at: Mapped[datetime | None]


class RunDelivery(Base):
    """What a run's file says about one PCE: the results of checking and storing it."""

    __tablename__ = "run_deliveries"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # in the file
    pce: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    checked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # whether `checked` has a `doubt`
    odd: Mapped[bool] = mapped_column(default=False, server_default=false())
    stored: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # counts
    accepted: Mapped[bool] = mapped_column(default=False, server_default=false())
