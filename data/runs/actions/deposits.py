"""Deposit a file, confirm its check, cancel it, or withdraw it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, null, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_one
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.runs.actions.queue import enqueue_run
from data.runs.models import Run, RunDelivery
from data.runs.queries import get_deposit_usage, get_run
from data.runs.rules import UNDOABLE, check_deposit
from data.runs.types import (
    ColumnUse,
    DepositLimits,
    RunKind,
    RunRow,
    RunState,
    RunTask,
    StoredUpload,
)

_WHO: Mapping[RunKind, Permission] = {
    RunKind.READINGS: Permission.READINGS_IMPORT,
    RunKind.RIGHTS: Permission.RIGHTS_DECLARE,
}


def receive(  # noqa: PLR0913 (one parameter per fact)
    db: Session,
    viewer: Viewer,
    files: Sequence[StoredUpload],
    limits: DepositLimits,
    *,
    kind: RunKind = RunKind.READINGS,
    pce: str = "",
    now: datetime,
) -> list[int]:
    """Create a run for each stored file, all or none; return their ids.

    Deposits of one organisation are serialised, so that two at once do not exceed its `limits`.
    """
    viewer.require(_WHO[kind])
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update(key_share=True))
    octets = sum(file.size for file in files)
    check_deposit(limits, get_deposit_usage(db, viewer), len(files), octets)
    ids = [open_run(db, viewer, file, kind=kind, pce=pce, now=now) for file in files]
    db.execute(update(Run).where(Run.id.in_(ids)).values(batch=ids[0]))
    return ids


def open_run(
    db: Session,
    viewer: Viewer,
    stored_file: StoredUpload,
    *,
    kind: RunKind = RunKind.READINGS,
    pce: str = "",
    now: datetime,
) -> int:
    """Create a run for a stored file; return its id.

    `pce` is the number to use where the file gives none. Nothing of a file is stored before its
    owner has seen the preview: the job checks readings, declarations are read by the page that
    shows them.
    """
    viewer.require(_WHO[kind])
    readings = kind is RunKind.READINGS
    run = Run(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        kind=kind,
        state=RunState.RECEIVED if readings else RunState.DRAFT,
        task=RunTask.CHECK if readings else RunTask.STORE,
        file_name=stored_file.name,
        stored_name=stored_file.stored_name,
        file_size=stored_file.size,
        sha256=stored_file.sha256,
        pce=pce.strip()[:40] or None,
        created_at=now,
        counts={},
    )
    db.add(run)
    db.flush()
    detail = {"sha256": stored_file.sha256, "size": stored_file.size}
    note(db, now, "runs.received", ("run", run.id), actor=viewer.actor, detail=detail)
    if readings:
        enqueue_run(db, run.id, run.organisation_id, now)
    return run.id


def give_pce(db: Session, viewer: Viewer, run_id: int, pce: str, *, now: datetime) -> None:
    """Check a file again under `pce`, after a refusal for lack of it or before confirmation.

    The job checks the number. Raise Conflict when the file waits for no PCE.
    """
    viewer.require(Permission.READINGS_IMPORT)
    run = _own(db, viewer, run_id)
    if not (run.asks_pce or (run.state is RunState.DRAFT and run.kind is RunKind.READINGS)):
        raise Conflict(N_("Ce fichier n’attend pas de PCE."))
    db.execute(delete(RunDelivery).where(RunDelivery.run_id == run_id))
    fresh = {"pce": pce[:40], "problem": null(), "finished_at": None}
    _hand_over(db, viewer, run, RunTask.CHECK, now, **fresh)
    note(db, now, "runs.resumed", ("run", run_id), actor=viewer.actor, detail={"pce": pce[:40]})


def say_columns(
    db: Session, viewer: Viewer, run_id: int, uses: Mapping[int, str], *, now: datetime
) -> None:
    """Check a file again with its columns read as `uses` say, by place; the others as before.

    Raises Conflict when its columns are not to be said, or no longer.
    """
    viewer.require(Permission.READINGS_IMPORT)
    run = _own(db, viewer, run_id)
    if not run.takes_columns:
        raise Conflict(N_("Les colonnes de ce fichier ne peuvent plus être changées."))
    column_uses = dict(run.column_uses)
    for place, use in uses.items():
        column = run.columns[place] if 0 <= place < len(run.columns) else None
        if column is None or use not in _SAYABLE or column.use == ColumnUse.SOURCE:
            raise Invalid(
                N_("Cette colonne ne peut pas être lue ainsi : choisissez dans sa liste.")
            )
        if use != column.use:
            column_uses[str(place)] = use
    db.execute(delete(RunDelivery).where(RunDelivery.run_id == run_id))
    fresh = {"column_uses": column_uses, "problem": null(), "finished_at": None}
    _hand_over(db, viewer, run, RunTask.CHECK, now, **fresh)
    detail = {"columns": column_uses}
    note(db, now, "runs.columns_said", ("run", run_id), actor=viewer.actor, detail=detail)


_SAYABLE = frozenset(ColumnUse) - {ColumnUse.SOURCE}


def accept_oddities(
    db: Session, viewer: Viewer, run_id: int, places: Sequence[int] | None = None
) -> None:
    """Accept the oddities of some deliveries of a draft, or of all when `places` is None.

    Raise Conflict when the run is no draft.
    """
    viewer.require(Permission.READINGS_IMPORT)
    run = _own(db, viewer, run_id)
    if run.state is not RunState.DRAFT:
        raise Conflict(_LEFT)
    statement = update(RunDelivery).where(RunDelivery.run_id == run_id)
    if places is not None:
        statement = statement.where(RunDelivery.place.in_(places))
    db.execute(statement.values(accepted=True))


def confirm(
    db: Session, viewer: Viewer, run_id: int, *, version: int | None = None, now: datetime
) -> None:
    """Confirm a draft as displayed at `version`, and queue it; confirming twice has no effect.

    Raise Conflict when it is not a draft, or was checked again since.
    """
    run = _own(db, viewer, run_id)
    if version is not None and run.task is RunTask.STORE and run.version == version + 1:
        return
    if run.state is not RunState.DRAFT:
        raise Conflict(_LEFT)
    if version is not None and version != run.version:
        raise Conflict(N_("Ce fichier a été vérifié de nouveau depuis : relisez sa vérification."))
    odd = select(RunDelivery.run_id).where(
        RunDelivery.run_id == run_id, RunDelivery.odd, ~RunDelivery.accepted
    )
    if db.scalar(odd.limit(1)) is not None:
        raise Conflict(
            N_("Un point de ce fichier est à confirmer : lisez l’avertissement, puis gardez-le.")
        )
    _hand_over(db, viewer, run, RunTask.STORE, now)
    _note(db, viewer, "runs.confirmed", run, now)


def drop(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Drop a draft, or a refused file that is kept; `purge_files` deletes the file.

    Raise Conflict when it is neither.
    """
    run = _own(db, viewer, run_id)
    if not (run.state is RunState.DRAFT or run.takes_columns):
        raise Conflict(_LEFT)
    _change(db, run, state=RunState.DROPPED, finished_at=now, stored_name="", columns=[])
    db.execute(delete(RunDelivery).where(RunDelivery.run_id == run_id))
    _note(db, viewer, "runs.dropped", run, now)


def undo_deposit(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Queue the undoing of a deposit; asking twice has no effect.

    Raise Conflict when it can no longer be undone.
    """
    viewer.require(Permission.READINGS_IMPORT)
    run = _own(db, viewer, run_id)
    if run.task is RunTask.UNDO and run.state is not RunState.DONE:
        return
    if not run.may_be_undone(now):
        raise Conflict(
            N_("Ce dépôt ne peut plus être annulé : il pouvait l’être pendant {days} jours."),
            days=UNDOABLE.days,
        )
    _hand_over(db, viewer, run, RunTask.UNDO, now)
    _note(db, viewer, "runs.undo_asked", run, now)


def restore_deposit(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Queue an undone deposit for storing again. Raise Conflict when its file is gone."""
    viewer.require(Permission.READINGS_IMPORT)
    run = _own(db, viewer, run_id)
    if not run.may_be_restored:
        raise Conflict(
            N_("Ce dépôt ne peut pas être rétabli : son fichier n’est plus gardé. Déposez-le.")
        )
    _hand_over(db, viewer, run, RunTask.STORE, now)
    _note(db, viewer, "runs.restored", run, now)


_LEFT = N_("Ce fichier est déjà confirmé, ou abandonné.")


def _own(db: Session, viewer: Viewer, run_id: int) -> RunRow:
    """Return a run of the viewer's own organisation. Raise NotFound for any other."""
    run = get_run(db, viewer, run_id)
    viewer.require(_WHO[run.kind])
    if not run.own:
        raise NotFound(N_("Ce fichier est introuvable."))
    return run


def _hand_over(
    db: Session, viewer: Viewer, run: RunRow, task: RunTask, now: datetime, /, **values: object
) -> None:
    """Enqueue `run`; a worker still on an earlier version can change nothing."""
    fresh = {"done": 0, "total": 0, "counts": {}, "handed_at": now}
    _change(db, run, state=RunState.RECEIVED, task=task, **fresh, **values)
    enqueue_run(db, run.id, viewer.organisation_id, now)


def _change(db: Session, run: RunRow, /, **values: object) -> None:
    change = (
        update(Run)
        .where(Run.id == run.id, Run.state == run.state, Run.version == run.version)
        .values(version=run.version + 1, **values)
    )
    change_one(db, change, _LEFT)


def _note(db: Session, viewer: Viewer, action: str, run: RunRow, now: datetime) -> None:
    note(db, now, action, ("run", run.id), actor=viewer.actor)
