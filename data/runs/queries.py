"""Query runs: an organisation's own, or all of them for the staff."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.identity.accounts.models import Organisation, User
from data.identity.accounts.queries import find_person
from data.provenance import Provenance
from data.runs.models import Run, RunDelivery
from data.runs.rules import UNDOABLE, provenance_of
from data.runs.types import (
    BUSY,
    IGNORED,
    MOST_SHOWN,
    STORED,
    DepositColumn,
    DepositUsage,
    RunKind,
    RunPart,
    RunRow,
    RunState,
    StoredRunFile,
)
from data.tag_limits import own_since

MAX_ROWS = 200


def visible(viewer: Viewer) -> Select[Run]:
    """Select the runs that the viewer can read; if restricted to tags, their own since then."""
    query = select(Run)
    if viewer.staff:
        return query
    return query.where(
        Run.organisation_id == viewer.organisation_id,
        own_since(viewer, Run.user_id, Run.created_at),
    )


def _rows(viewer: Viewer) -> Select[Any]:
    return (
        visible(viewer)
        .join(User, User.id == Run.user_id)
        .join(Organisation, Organisation.id == Run.organisation_id)
        .with_only_columns(
            Run.__table__,
            _who(viewer).label("who"),
            (Run.organisation_id == viewer.organisation_id).label("own"),
            Organisation.name.label("organisation"),
            (Organisation.kind == OrganisationKind.DISTRIBUTOR).label("by_distributor"),
            *(_of_parts(name, value) for name, value in _PARTS.items()),
        )
    )


_PARTS: Mapping[str, ColumnElement[Any]] = {
    "first_day": func.min(RunDelivery.first_day),
    "last_day": func.max(RunDelivery.last_day),
    "point": case(
        (func.min(RunDelivery.pce) == func.max(RunDelivery.pce), func.min(RunDelivery.pce))
    ),
}


def _of_parts(name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    query = select(value).where(RunDelivery.run_id == Run.id).correlate(Run)
    return query.scalar_subquery().label(name)


def _who(viewer: Viewer) -> ColumnElement[str]:
    """Return the depositor's name, with the organisation's if it is not the viewer's."""
    others = Run.organisation_id != viewer.organisation_id
    return case((others, User.name + " (" + Organisation.name + ")"), else_=User.name)


def list_runs(
    db: Session,
    viewer: Viewer,
    limit: int = MOST_SHOWN,
    *,
    mine: bool = False,
    kind: RunKind = RunKind.READINGS,
    offset: int = 0,
) -> list[RunRow]:
    """Return the latest runs first; `mine` keeps those of the viewer's own organisation."""
    query = _rows(viewer).where(Run.kind == kind).order_by(Run.id.desc())
    query = query.limit(min(limit, MAX_ROWS)).offset(max(0, offset))
    if mine:
        query = query.where(Run.organisation_id == viewer.organisation_id)
    return [_run_row(row) for row in db.execute(query)]


def get_run(db: Session, viewer: Viewer, run_id: int) -> RunRow:
    """Return a run. Raise NotFound when it is absent or not readable."""
    is_valid_id = 0 < run_id < NO_ID
    row = db.execute(_rows(viewer).where(Run.id == run_id)).one_or_none() if is_valid_id else None
    if row is None:
        raise NotFound(N_("Ce fichier est introuvable."))
    return _run_row(row)


def list_batch(db: Session, viewer: Viewer, run: RunRow) -> list[RunRow]:
    """Return the runs of the same deposit as `run`, in the order of its files."""
    query = _rows(viewer).where(func.coalesce(Run.batch, Run.id) == run.batch)
    return [_run_row(row) for row in db.execute(query.order_by(Run.id).limit(MAX_ROWS))]


def list_parts(
    db: Session, viewer: Viewer, run_ids: Collection[int], limit: int = MAX_ROWS
) -> list[RunPart]:
    """Return the deliveries of these runs, unaccepted oddities first."""
    own = visible(viewer).with_only_columns(Run.id).where(Run.id.in_(run_ids))
    waits = case((RunDelivery.odd & ~RunDelivery.accepted, 0), else_=1)
    query = select(RunDelivery.__table__).where(RunDelivery.run_id.in_(own))
    rows = db.execute(query.order_by(waits, RunDelivery.run_id, RunDelivery.place).limit(limit))
    return [copy_fields(RunPart, row) for row in rows]


def _run_row(row: Row[Any]) -> RunRow:
    return copy_fields(
        RunRow,
        row,
        counts=_displayed_counts(row.counts) if row.kind is RunKind.READINGS else row.counts,
        problem=(row.problem[0], row.problem[1]) if row.problem else None,
        batch=row.batch or row.id,
        own=bool(row.own),
        undoable_until=_undoable_until(row),
        has_file=row.stored_name != "",
        days=(row.first_day, row.last_day),
        by_distributor=bool(row.by_distributor),
        columns=tuple(
            DepositColumn(header, use, tuple(sample)) for header, use, sample in row.columns
        ),
    )


def _undoable_until(row: Row[Any]) -> datetime | None:
    """Return until when a run can be undone; only for stored readings."""
    undoable = row.state is RunState.DONE and row.kind is RunKind.READINGS and row.version > 0
    return row.finished_at + UNDOABLE if undoable else None


_SOMETIMES = ("temperatures", "hidden", "left", "injections", "moved")


def _displayed_counts(counts: dict[str, int]) -> dict[str, int]:
    """Return the displayed counts in kWh and m³, from the stored ones in Wh and dm³."""
    if "days" not in counts:
        return {}
    names = ("days", "absent", "periods", "new", "changed", "same", "pces")
    display_counts = {name: counts.get(name, 0) for name in names}
    display_counts["ignored"] = sum(counts.get(name, 0) for name in IGNORED)
    display_counts |= {name: counts[name] for name in (*IGNORED, *_SOMETIMES) if counts.get(name)}
    m3, kwh = counts.get("volume_dm3", 0), counts.get("energy_wh", 0)
    return display_counts | {"m3": round(m3 / 1000), "kwh": round(kwh / 1000)}


def get_deposit_usage(db: Session, viewer: Viewer) -> DepositUsage:
    """Return how much of its limits the viewer's organisation uses."""
    # the files of the others are released before they take much room
    needed = Run.state.not_in(STORED)
    octets = func.sum(Run.file_size).filter(Run.stored_name != "", needed)
    waiting = func.count().filter(Run.state.in_(BUSY))
    mine = Run.organisation_id == viewer.organisation_id
    used_octets, busy = db.execute(select(func.coalesce(octets, 0), waiting).where(mine)).one()
    return DepositUsage(int(used_octets), busy)


def find_last_ingest_at(db: Session) -> datetime | None:
    """Return when a file was last stored, for the health page."""
    last: datetime | None = db.scalar(
        select(Run.finished_at)
        .where(Run.state == RunState.DONE, Run.kind == RunKind.READINGS)
        .order_by(Run.finished_at.desc())
        .limit(1)
    )
    return last


def count_waiting(db: Session) -> int:
    """Return the number of unfinished files, for the health page."""
    return db.scalar(select(func.count()).where(Run.state.in_(BUSY))) or 0


def find_oldest_waiting_at(db: Session) -> datetime | None:
    """Return when the oldest unfinished file was deposited, for the health page."""
    handed = func.coalesce(Run.handed_at, Run.created_at)
    since: datetime | None = db.scalar(select(func.min(handed)).where(Run.state.in_(BUSY)))
    return since


def find_depositor(db: Session, run_id: int, today: date) -> Viewer | None:
    """Return the current depositor of a file, for the job; None once their account is disabled."""
    return find_person(db, select(Run.user_id).where(Run.id == run_id), today)


def get_provenance(db: Session, run_id: int) -> Provenance:
    """Return the source of a run's file, for the job."""
    kinds = select(Organisation.kind).join(Run, Run.organisation_id == Organisation.id)
    return provenance_of(db.execute(kinds.where(Run.id == run_id)).scalar_one(), run_id)


def list_stored_numbers(db: Session, run_id: int) -> list[str]:
    """Return the PCEs of which a deposit stored something, for the job, in a fixed order."""
    stored = select(RunDelivery.pce).where(
        RunDelivery.run_id == run_id, RunDelivery.stored.is_not(None)
    )
    return list(db.scalars(stored.group_by(RunDelivery.pce).order_by(RunDelivery.pce)))


def find_stored(db: Session, viewer: Viewer, run_id: int) -> StoredRunFile:
    """Return where the file of a run of the viewer's organisation is stored. Raise NotFound."""
    own = Run.organisation_id == viewer.organisation_id
    query = visible(viewer).with_only_columns(Run.stored_name, Run.sha256).where(own)
    row = db.execute(query.where(Run.id == run_id)).one_or_none() if 0 < run_id < NO_ID else None
    if row is None:
        raise NotFound(N_("Ce fichier est introuvable."))
    return StoredRunFile(*row)


def find_same(db: Session, viewer: Viewer, run_id: int) -> int | None:
    """Return the latest other run of this organisation with the very same file."""
    this = select(Run.sha256, Run.kind).where(Run.id == run_id).subquery()
    query = (
        select(Run.id)
        .join(this, (this.c.sha256 == Run.sha256) & (this.c.kind == Run.kind))
        .where(
            Run.organisation_id == viewer.organisation_id,
            own_since(viewer, Run.user_id, Run.created_at),
            Run.id < run_id,
            Run.state == RunState.DONE,
        )
        .order_by(Run.id.desc())
        .limit(1)
    )
    return db.scalar(query)


def list_stored_names(db: Session, names: Collection[str]) -> set[str]:
    """Return those of `names` to which a run refers, for the job."""
    return set(db.scalars(select(Run.stored_name).where(Run.stored_name.in_(names))))
