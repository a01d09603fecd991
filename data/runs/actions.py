"""The life of a run: deposited, claimed by one job, moved forward delivery by delivery, ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.errors import Conflict, Invalid, PortalError
from data.runs.models import Run
from data.runs.queries import get_run, taken
from data.runs.rules import check_deposit
from data.runs.types import Claimed, Kept, Limits, RunKind, RunState, asks_pce
from i18n import N_

SILENT = timedelta(seconds=60)  # a job that says nothing for that long has died
MOST_TRIED = 5
_WHO: Mapping[RunKind, Permission] = {
    RunKind.READINGS: Permission.READINGS_IMPORT,
    RunKind.RIGHTS: Permission.RIGHTS_DECLARE,
}
MOST_CLAIMS = 10  # claims in a row without one delivery stored: the file itself kills the job


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


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(
        Run.state == RunState.RECEIVED,
        and_(Run.state == RunState.WORKING, Run.beat_at < now - SILENT),
    )


def _waiting(now: datetime) -> Select[Run]:
    """Free runs: those of the organisation that was served longest ago first, then the oldest."""
    other = aliased(Run)
    served = (
        select(func.max(other.started_at))
        .where(other.organisation_id == Run.organisation_id)
        .scalar_subquery()
    )
    turns = (served.asc().nulls_first(), Run.id)
    query = select(Run).where(_free(now)).order_by(*turns).limit(MOST_TRIED)
    return query.execution_options(populate_existing=True)


def claim(db: Session, now: datetime) -> Claimed | None:
    """Take a run that waits, or whose job died; None when there is none. Organisations take turns.

    The UPDATE is counted: of two jobs that want the same run, one gets it.
    """
    for run in db.scalars(_waiting(now)).all():
        claims = run.counts.get("claims", 0) + 1
        taken = db.execute(
            update(Run)
            .where(Run.id == run.id, _free(now))
            .values(
                state=RunState.WORKING,
                beat_at=now,
                started_at=run.started_at or now,
                counts=run.counts | {"claims": claims},
            )
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            continue
        claimed = _claimed(run)
        if claims > MOST_CLAIMS:
            refuse(db, claimed, Invalid(_DEADLY), now)
            continue
        return claimed
    return None


_DEADLY = N_(
    "La lecture de ce fichier s’est interrompue plusieurs fois : elle est abandonnée. Vérifiez"
    " le fichier ou déposez-le en plusieurs parties."
)


def _claimed(run: Run) -> Claimed:
    return Claimed(
        id=run.id,
        kind=run.kind,
        user_id=run.user_id,
        organisation_id=run.organisation_id,
        file_name=run.file_name,
        stored_name=run.stored_name,
        sha256=run.sha256,
        pce=run.pce,
        done=run.done,
    )


def begin(db: Session, run: Claimed, total: int, now: datetime) -> None:
    """Say how many deliveries there are, once the file is read."""
    _change(db, run, run.done, total=total, beat_at=now)


def move(db: Session, run: Claimed, done: int, added: Mapping[str, int], now: datetime) -> None:
    """Count one more delivery, in the transaction that stores it.

    *done* is how many were stored before. Raises Conflict when another job counted it meanwhile:
    that transaction must then be undone.
    """
    known = db.scalar(select(Run.counts).where(Run.id == run.id).with_for_update()) or {}
    counts = {name: known.get(name, 0) + value for name, value in added.items()}
    _change(db, run, done, done=done + 1, counts=counts, beat_at=now)


def finish(db: Session, run: Claimed, total: int, now: datetime) -> None:
    """Every delivery is stored: the file is needed no more."""
    known = db.scalar(select(Run.counts).where(Run.id == run.id)) or {}
    counts = {name: count for name, count in known.items() if name != "claims"}
    _change(db, run, total, state=RunState.DONE, finished_at=now, counts=counts, stored_name="")
    _note(db, run, "runs.done", counts, now)


def set_aside(db: Session, run: Claimed, done: int, aside: PortalError, left: int) -> None:
    """Say that *left* lines of a file whose other lines are stored were not taken, and why."""
    counts = (db.scalar(select(Run.counts).where(Run.id == run.id)) or {}) | {"left": left}
    _change(db, run, done, counts=counts, problem=[aside.message, _plainly(aside.params)])


def refuse(db: Session, run: Claimed, problem: PortalError, now: datetime) -> bool:
    """The file cannot be taken: nothing of it was stored, and *problem* says why.

    Whether the file is still needed: one that lacks its PCE will be read again.
    """
    params = _plainly(problem.params)
    needed = asks_pce(problem.message, params, run.pce)
    _change(
        db,
        run,
        run.done,
        state=RunState.REFUSED,
        finished_at=now,
        problem=[problem.message, params],
        stored_name=run.stored_name if needed else "",
    )
    _note(db, run, "runs.refused", {"reason": problem.message}, now)
    return needed


def let_go(db: Session, before: datetime) -> list[str]:
    """For the job: files of runs finished before *before* are kept no more; their stored names."""
    forgotten = and_(Run.state == RunState.DRAFT, Run.created_at < before)
    db.execute(
        update(Run).where(forgotten).values(state=RunState.DROPPED, finished_at=Run.created_at)
    )
    old = (Run.finished_at < before, Run.stored_name != "")
    names = list(db.scalars(select(Run.stored_name).where(*old)))
    if names:
        db.execute(update(Run).where(*old).values(stored_name=""))
    return names


def _plainly(params: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: object) -> object:
    """What JSON can keep; among it the other lines that are wrong, each as this one."""
    if isinstance(value, list):
        return [[message, _plainly(given)] for message, given in value]
    return value if isinstance(value, str | int | float) else str(value)


def _change(db: Session, run: Claimed, stored: int, **values: object) -> None:
    """Change a run that is still ours, and still at so many deliveries *stored*."""
    changed = db.execute(
        update(Run)
        .where(Run.id == run.id, Run.state == RunState.WORKING, Run.done == stored)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(N_("Un autre traitement a repris ce fichier."))


def _note(
    db: Session, run: Claimed, action: str, detail: Mapping[str, object], now: datetime
) -> None:
    actor = (run.user_id, run.organisation_id)
    note(db, now, action, ("run", run.id), actor=actor, detail=detail)
