"""What people do with runs: deposit, give a PCE, confirm or drop a draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.errors import Conflict
from data.runs.models import Run
from data.runs.queries import get_run, taken
from data.runs.rules import check_deposit
from data.runs.types import Kept, Limits, RunKind, RunState
from i18n import N_

_WHO: Mapping[RunKind, Permission] = {
    RunKind.READINGS: Permission.READINGS_IMPORT,
    RunKind.RIGHTS: Permission.RIGHTS_DECLARE,
}


def receive(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    files: Sequence[Kept],
    limits: Limits,
    *,
    kind: RunKind = RunKind.READINGS,
    pce: str = "",
    now: datetime,
) -> list[int]:
    """Open a run for each kept file, all or none; their numbers.

    Deposits of one organisation pass one by one, so that two at once do not exceed its *limits*.
    """
    viewer.require(_WHO[kind])
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update(key_share=True))
    octets = sum(file.size for file in files)
    check_deposit(limits, taken(db, viewer), len(files), octets)
    return [open_run(db, viewer, file, kind=kind, pce=pce, now=now) for file in files]


def open_run(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    kept: Kept,
    *,
    kind: RunKind = RunKind.READINGS,
    pce: str = "",
    now: datetime,
) -> int:
    """A run for a kept file; *pce* is the number to use where the file gives none.

    Declarations are a draft until their owner has seen what they would do.
    """
    viewer.require(_WHO[kind])
    run = Run(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        kind=kind,
        state=RunState.RECEIVED if kind is RunKind.READINGS else RunState.DRAFT,
        file_name=kept.name,
        stored_name=kept.stored_name,
        file_size=kept.size,
        sha256=kept.sha256,
        pce=pce.strip()[:40] or None,
        created_at=now,
        counts={},
    )
    db.add(run)
    db.flush()
    actor = (viewer.user_id, viewer.organisation_id)
    detail = {"sha256": kept.sha256, "size": kept.size}
    note(db, now, "runs.received", ("run", run.id), actor=actor, detail=detail)
    return run.id


def give_pce(db: Session, viewer: Viewer, run_id: int, pce: str, *, now: datetime) -> None:
    """Take up again a file that was refused for want of its PCE, now that *pce* is known.

    The job that reads it checks the number. Raises Conflict when the file waits for nothing.
    """
    viewer.require(Permission.READINGS_IMPORT)
    if not get_run(db, viewer, run_id).asks_pce:
        raise Conflict(N_("Ce fichier n’attend pas de PCE."))
    db.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.REFUSED)
        .values(state=RunState.RECEIVED, pce=pce[:40], problem=null(), counts={}, finished_at=None)
    )
    actor = (viewer.user_id, viewer.organisation_id)
    note(db, now, "runs.resumed", ("run", run_id), actor=actor, detail={"pce": pce[:40]})


def confirm(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Hand a draft over to the job. Raises Conflict when it is none, or no longer."""
    _leave_draft(db, viewer, run_id, "runs.confirmed", now, state=RunState.RECEIVED)


def drop(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Give a draft up; `purge_files` removes its file. Raises Conflict when it is none."""
    _leave_draft(
        db, viewer, run_id, "runs.dropped", now,
        state=RunState.DROPPED, finished_at=now, stored_name="",
    )  # fmt: skip


def _leave_draft(
    db: Session,
    viewer: Viewer,
    run_id: int,
    action: str,
    now: datetime,
    /,
    **values: object,
) -> None:
    run = get_run(db, viewer, run_id)
    viewer.require(_WHO[run.kind])
    left = db.execute(
        update(Run)
        .where(
            Run.id == run_id,
            Run.organisation_id == viewer.organisation_id,
            Run.state == RunState.DRAFT,
        )
        .values(**values)
    )
    if left.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(N_("Ce fichier est déjà confirmé, ou abandonné."))
    note(db, now, action, ("run", run_id), actor=(viewer.user_id, viewer.organisation_id))
