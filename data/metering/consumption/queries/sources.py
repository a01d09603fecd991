"""Describe the source of values: the depositor, the date and the file that the viewer may see."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.records import copy_fields
from data.identity.accounts.models import Organisation
from data.metering.consumption.models import Reading, ReadingRevision
from data.metering.consumption.types import Flag, Quality, Revision, Saying, Status
from data.provenance import DataSource
from data.runs.models import Run
from data.runs.queries import visible

_DEPOSIT = int(DataSource.DEPOSIT)


def load_source_labels(
    db: Session, viewer: Viewer, sources: Collection[tuple[int, int]]
) -> Mapping[tuple[int, int], Saying]:
    """Return the label of each (source, run); receipts only if the viewer can read them."""
    run_ids = {run_id for _source, run_id in sources if run_id}
    query = (
        select(Run.id, Organisation.name, Run.created_at, Run.file_name)
        .join(Organisation, Organisation.id == Run.organisation_id)
        .where(Run.id.in_(run_ids))
    )
    runs = {row[0]: row[1:] for row in db.execute(query)} if run_ids else {}
    mine = visible(viewer).with_only_columns(Run.id).where(Run.id.in_(run_ids))
    readable = set(db.scalars(mine)) if run_ids else set()
    sayings = {}
    for source, run_id in sources:
        organisation, at, file_name = runs.get(run_id, ("", None, ""))
        receipt = run_id if run_id in readable else 0
        sayings[source, run_id] = Saying(DataSource(source), organisation, at, file_name, receipt)
    return sayings


def is_source_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Return which statements the viewer may see: of other depositors, only those in force.

    A deposit that was overridden is visible to its own organisation and to staff.
    """
    if viewer.staff:
        return ReadingRevision.source.is_not(None)
    own = select(Run.id).where(Run.organisation_id == viewer.organisation_id)
    return or_(ReadingRevision.source != _DEPOSIT, ReadingRevision.run_id.in_(own))


def get_revisions_query(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select the other statements of days that the viewer may see, for `read_revisions`."""
    revision = ReadingRevision
    return select(
        revision.gas_day,
        revision.energy_wh,
        revision.volume_dm3,
        revision.quality,
        revision.status,
        revision.as_of,
        revision.learnt_at,
        revision.source,
        revision.run_id,
    ).where(is_source_visible(viewer))


def read_revisions(db: Session, viewer: Viewer, rows: Sequence[Row[Any]]) -> list[Revision]:
    sayings = load_source_labels(db, viewer, {(row.source, row.run_id) for row in rows})
    return [
        copy_fields(
            Revision,
            row,
            quality=Quality(row.quality),
            status=Status(row.status),
            saying=sayings[row.source, row.run_id],
        )
        for row in rows
    ]


def is_deposited(day: Any = Reading) -> ColumnElement[bool]:  # noqa: ANN401 (columns of days)
    """Return whether the value in force of a day was deposited or rebuilt from a deposit."""
    stated = and_(day.source == _DEPOSIT, day.quality > int(Quality.RECONSTRUCTED))
    return or_(stated, day.flags.bitwise_and(int(Flag.FROM_DEPOSIT)) != 0)


def get_source_column() -> ColumnElement[int]:
    """Return the source column, DEPOSIT for a day rebuilt from a deposit."""
    return case((is_deposited(), _DEPOSIT), else_=Reading.source)


def get_flags_column() -> ColumnElement[int]:
    """Return the flags column, with FROM_DEPOSIT where the value is deposited."""
    deposited = case((is_deposited(), int(Flag.FROM_DEPOSIT)), else_=0)
    return Reading.flags.bitwise_or(deposited)
