"""Query an organisation's exports; the distributor's staff see all of them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Viewer
from core.database import NO_ID
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.exports.models import Export, ExportedPce, ExportSchedule
from data.exports.rules import unpacked
from data.exports.types import (
    ExportDownload,
    ExportRow,
    ExportSpec,
    ExportState,
    ReadPeriod,
    ScheduleRow,
)
from data.identity.accounts.models import User
from data.metering.pces.rules import DAYS, holes_in
from data.tag_limits import own_since

MOST_SHOWN = 50
BUSY = (ExportState.WAITING, ExportState.WORKING)
_BLOCK = 1000


def _mine(viewer: Viewer, table: type[Export | ExportSchedule]) -> ColumnElement[bool]:
    """Return the condition for rows of the viewer's organisation, own ones if views differ.

    In the distributor's organisation this depends on the role; elsewhere on tag restrictions, for
    files created since.
    """
    same = table.organisation_id == viewer.organisation_id
    if viewer.kind is OrganisationKind.DISTRIBUTOR and not viewer.staff:
        return same & (table.user_id == viewer.user_id)
    if viewer.limited and table is ExportSchedule:
        return same & (table.user_id == viewer.user_id)
    return same & own_since(viewer, table.user_id, table.created_at)


def visible(viewer: Viewer) -> Select[Export]:
    """Select the exports that the viewer may see."""
    return select(Export).where(_mine(viewer, Export))


def _rows(viewer: Viewer) -> Select[Any]:
    query = visible(viewer).join(User, User.id == Export.user_id)
    return query.with_only_columns(Export.__table__, User.name.label("who"))


def list_exports(db: Session, viewer: Viewer) -> list[ExportRow]:
    """Return the visible exports, latest first."""
    query = _rows(viewer).order_by(Export.id.desc()).limit(MOST_SHOWN)
    return [_export_row(row, viewer) for row in db.execute(query)]


def get_export(db: Session, viewer: Viewer, export_id: int) -> ExportRow:
    """Return an export; raise NotFound when it is not visible."""
    is_valid_id = 0 < export_id < NO_ID
    row = (
        db.execute(_rows(viewer).where(Export.id == export_id)).one_or_none()
        if is_valid_id
        else None
    )
    if row is None:
        raise NotFound(N_("Cet export est introuvable."))
    return _export_row(row, viewer)


def _export_row(row: Row[Any], viewer: Viewer) -> ExportRow:
    same = ("id", "state", "who", "created_at", "started_at", "finished_at", "kept_until", "done")
    also = ("total", "pces", "rows", "expected_rows", "expected_octets", "file_name", "file_size")
    return ExportRow(
        **{name: getattr(row, name) for name in (*same, *also, "sha256")},
        spec=get_spec(row),
        mine=row.user_id == viewer.user_id,
        scheduled=row.schedule_id is not None,
        problem=(row.problem[0], row.problem[1]) if row.problem else None,
    )


def get_spec(row: Any) -> ExportSpec:  # noqa: ANN401 (a row of either table)
    return ExportSpec(
        content=row.content,
        file=row.file,
        file_per_pce=row.apart,
        choice=unpacked(row.choice),
        first=getattr(row, "first_day", None),
        last=getattr(row, "last_day", None),
        months=getattr(row, "months", None),
    )


def list_schedules(db: Session, viewer: Viewer) -> list[ScheduleRow]:
    """Return the monthly schedules, next one first."""
    table = ExportSchedule
    query = (
        select(table.__table__, User.name.label("who"))
        .join(User, User.id == table.user_id)
        .where(_mine(viewer, table))
        .order_by(table.next_on, table.id)
    )
    return [
        ScheduleRow(
            id=row.id,
            spec=get_spec(row),
            day=row.day,
            next_on=row.next_on,
            who=row.who,
            mine=row.user_id == viewer.user_id,
        )
        for row in db.execute(query)
    ]


def get_stored(db: Session, viewer: Viewer, export_id: int) -> ExportDownload:
    """Return the file of an export; raise Conflict when it is missing or no longer readable."""
    row = get_export(db, viewer, export_id)
    if row.state is not ExportState.DONE:
        raise Conflict(N_("Le fichier de cet export n’est pas disponible."))
    names = select(Export.stored_name).where(Export.id == export_id)
    assert row.finished_at is not None  # noqa: S101 (tells mypy what DONE means)
    return ExportDownload(
        row.id,
        db.scalars(names).one(),
        row.file_name,
        row.file_size,
        row.sha256,
        row.finished_at,
    )


def list_reaches(db: Session, viewer: Viewer, export_id: int) -> Iterator[list[ReadPeriod]]:
    """Yield the days that an export read of each PCE, in blocks."""
    if not db.scalar(select(visible(viewer).where(Export.id == export_id).exists())):
        return
    after = 0
    while True:
        query = (
            select(
                ExportedPce.pce_id,
                ExportedPce.first_day,
                ExportedPce.last_day,
                ExportedPce.holes,
            )
            .where(ExportedPce.export_id == export_id, ExportedPce.pce_id > after)
            .order_by(ExportedPce.pce_id)
            .limit(_BLOCK)
        )
        block = [ReadPeriod(*row[:3], holes_in(row[3], DAYS)) for row in db.execute(query)]
        if not block:
            return
        yield block
        after = block[-1].pce_id


def sum_stored_bytes(db: Session, viewer: Viewer) -> tuple[int, int]:
    """Return the bytes of stored files of the viewer's organisation, and unfinished exports."""
    octets = func.coalesce(func.sum(Export.file_size).filter(Export.stored_name != ""), 0)
    busy = func.count().filter(Export.state.in_(BUSY))
    mine = Export.organisation_id == viewer.organisation_id
    used_octets, waiting = db.execute(select(octets, busy).where(mine)).one()
    return int(used_octets), waiting
