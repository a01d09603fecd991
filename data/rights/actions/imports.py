"""Import declarations: deposit, check, repair, confirm, store by blocks."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.rights.actions.drafts import draft, own_import
from data.rights.actions.revocation import undo
from data.rights.files.large_file_lock import hold_import_lock
from data.rights.files.parser import Table, columns_in, read, text_in
from data.rights.models import ImportColumn, RightImport
from data.rights.queries.imports import load_column_names
from data.rights.rules.column_detection import is_value
from data.rights.rules.columns import LABELS, fields_named, missing
from data.rights.rules.plans import mark_of, packed, unpacked
from data.rights.types import ImportPlan, Purpose, Repair, UndoResult
from data.runs import actions as runs
from data.runs.files import read_kept
from data.runs.queries import get_run
from data.runs.types import DepositLimits, RunKind, RunState, StoredUpload

_MOST_EDITS = 500
_MOST_REASONS = 100
_TOO_MANY = N_("Trop de corrections ici : faites-les dans le fichier, puis déposez-le à nouveau.")
_REASON = re.compile(r"\d{10}-[0-9a-f]{8}", re.ASCII)


def open_import(  # noqa: PLR0913 (one parameter per fact)
    db: Session,
    viewer: Viewer,
    stored_file: StoredUpload,
    limits: DepositLimits,
    folder: Path,
    *,
    purpose: Purpose = Purpose.RIGHTS,
    now: datetime,
    table: Table | None = None,
) -> int:
    """Create a draft from the stored file, guessing its columns; return the run id.

    Raise Unreadable when it is no table, in which case nothing is stored. Pass a parsed `table` to
    keep the transaction short.
    """
    (run_id,) = runs.receive(db, viewer, [stored_file], limits, kind=RunKind.RIGHTS, now=now)
    known_labels = load_column_names(db, viewer)
    table = table or table_of(db, viewer, stored_file, folder)
    plan = ImportPlan(purpose, columns_in(table, known_labels))
    db.add(
        RightImport(
            run_id=run_id,
            organisation_id=viewer.organisation_id,
            plan=packed(plan),
            header=list(table.header),
            xlsx=table.xlsx,
            lines=len(table.rows),
        )
    )
    db.flush()
    return run_id


def table_of(db: Session, viewer: Viewer, stored_file: StoredUpload, folder: Path) -> Table:
    """Parse the stored file as a table; raise Unreadable when it is none."""
    viewer.require(Permission.RIGHTS_DECLARE)
    with hold_import_lock(folder, viewer.organisation_id):
        content = read_kept(folder, stored_file.stored_name, stored_file.sha256)
        return read(content, load_column_names(db, viewer))


def map_columns(
    db: Session,
    viewer: Viewer,
    run_id: int,
    columns: Mapping[str, int],
    *,
    usual: Mapping[str, str] | None = None,
) -> None:
    """Assign columns to fields and remember their labels for the organisation's next file."""
    row = draft(db, viewer, run_id)
    places = list(columns.values())
    if not set(columns) <= set(LABELS) or len(set(places)) < len(places):
        raise Invalid(N_("Une colonne ne peut servir qu’à un seul champ."))
    if any(not 0 <= place < len(row.header) for place in places):
        raise Invalid(N_("Cette colonne n’est pas dans le fichier."))
    texts = {name: text[:200] for name, text in (usual or {}).items() if name in LABELS and text}
    plan = unpacked(row.plan)
    row.plan = packed(replace(plan, columns=dict(columns), usual=texts))
    labels = {name: row.header[place] for name, place in columns.items()}
    names_by_label = {
        fields_named(label): name for name, label in labels.items() if label and not is_value(label)
    }
    mine = ImportColumn.organisation_id == viewer.organisation_id
    db.execute(delete(ImportColumn).where(mine, ImportColumn.label.in_(names_by_label)))
    rows = [
        {"organisation_id": viewer.organisation_id, "label": label, "field": name}
        for label, name in names_by_label.items()
    ]
    if rows:
        db.execute(insert(ImportColumn), rows)


def accept_repairs(db: Session, viewer: Viewer, run_id: int, repairs: Collection[Repair]) -> None:
    """Accept exactly these kinds of repairs, wherever they are proposed."""
    row = draft(db, viewer, run_id)
    row.plan = packed(replace(unpacked(row.plan), repairs=frozenset(repairs)))


def plan_of(db: Session, viewer: Viewer, run_id: int) -> ImportPlan:
    """Return the current decisions of a draft."""
    return unpacked(draft(db, viewer, run_id).plan)


def keep_plan(
    db: Session, viewer: Viewer, run_id: int, plan: ImportPlan, *, previous_plan: ImportPlan
) -> None:
    """Replace `previous_plan` by `plan`; raise Conflict when another one was written meanwhile.

    Reading a large file takes seconds: the caller does it in a transaction without locks, and only
    this one locks the draft.
    """
    row = draft(db, viewer, run_id)
    if unpacked(row.plan) != previous_plan:
        raise Conflict(N_("Ce fichier a été corrigé entre-temps : ouvrez-le de nouveau."))
    row.plan = packed(plan)


def edit_line(
    db: Session, viewer: Viewer, run_id: int, line: int, *, field: str, text: str
) -> None:
    """Correct one cell, in the portal rather than in the file."""
    row = draft(db, viewer, run_id)
    row.plan = packed(edited(unpacked(row.plan), line, field, text))


def edited(plan: ImportPlan, line: int, field: str, text: str) -> ImportPlan:
    """Return `plan` with one corrected cell."""
    if field not in LABELS or line < 1:
        raise NotFound(N_("Cette ligne est introuvable."))
    edits = {at: dict(texts) for at, texts in plan.edits.items()}
    if sum(map(len, edits.values())) >= _MOST_EDITS:
        raise Conflict(_TOO_MANY)
    edits.setdefault(line, {})[field] = text_in(text)
    return replace(plan, edits=edits)


def dropped(plan: ImportPlan, reason: str, *, on: bool) -> ImportPlan:
    """Return `plan` without lines refused for `reason`; with `on` false, all are restored."""
    if not on:
        return replace(plan, dropped=frozenset())
    if not _REASON.fullmatch(reason):
        raise NotFound(N_("Cette ligne est introuvable."))
    if len(plan.dropped) >= _MOST_REASONS:
        raise Conflict(_TOO_MANY)
    return replace(plan, dropped=plan.dropped | {reason})


def confirm(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    """Queue the file: the job declares what the preview showed as ready."""
    row = draft(db, viewer, run_id)
    viewer.require_contract()
    plan = unpacked(row.plan)
    absent = missing(plan.columns, plan.usual, plan.purpose)
    if absent:
        label = LABELS[absent[0]]
        raise Invalid(N_("Indiquez quelle colonne est « {column} », ou sa valeur."), column=label)
    if row.checked != mark_of(plan):
        raise Conflict(
            N_("Ce fichier n’a pas été contrôlé dans son état actuel : revenez à son contrôle.")
        )
    runs.confirm(db, viewer, run_id, now=now)


def drop(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> None:
    draft(db, viewer, run_id)
    runs.drop(db, viewer, run_id, now=now)


def undo_import(
    db: Session, viewer: Viewer, run_id: int, *, now: datetime, unleft: bool = False
) -> UndoResult:
    """Cancel all rights of an import, unless something depends on one.

    `unleft` confirms that nothing was sent to the distributor that decides on them.
    """
    row = own_import(db, viewer, run_id)
    if row.undone_at:
        raise Conflict(N_("Cet import est déjà annulé."))
    if get_run(db, viewer, run_id).state is not RunState.DONE:
        raise Conflict(N_("Cet import ne peut pas être annulé."))
    undone = undo(db, viewer, run_id, now=now, unleft=unleft)
    row.undone_at = now
    return undone
