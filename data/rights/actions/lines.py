"""Process the lines of a file of declarations: preview, then outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.copy import learn, pour, put_off, sort_in
from core.gc_pause import uncollected
from data.rights.actions.declarations import DeclarationBatch
from data.rights.actions.drafts import draft, own_import
from data.rights.actions.enumeration import count_lookups
from data.rights.actions.line_messages import LINE, kept_line, message_of
from data.rights.files.large_file_lock import hold_import_lock
from data.rights.files.line_check import DeclarationLine, lines_of
from data.rights.files.parser import Table, day_in, read, text_in
from data.rights.models import AccessRight, ImportLine
from data.rights.queries.imports import find_brought, load_column_names
from data.rights.rules.columns import header_given, letter, missing
from data.rights.rules.plans import counts_in, groups_in, unpacked
from data.rights.types import (
    CheckTerms,
    Declaration,
    DeclarationOrigin,
    DeclarationOutcome,
    DeclarationProblem,
    Delays,
    DetectedColumn,
    ImportCounts,
    ImportPlan,
    ImportPreview,
    LineProblem,
    LineState,
    Marks,
    RejectedLine,
    Rejects,
    Stopped,
)
from data.runs.files import read_kept
from data.runs.queries import find_stored, get_run

_SAMPLE = 3


def preview(
    db: Session,
    viewer: Viewer,
    run_id: int,
    folder: Path,
    terms: CheckTerms,
    plan: ImportPlan | None = None,
) -> ImportPreview:
    """Return what confirming would do, without writing; `plan` replaces the stored one.

    When the count of failed lookups refuses the file, lines are only checked alone.
    """
    plan = plan or unpacked(draft(db, viewer, run_id).plan)
    run = get_run(db, viewer, run_id)
    checked = _check_lines(db, viewer, run_id, folder, terms, plan)
    problems = [problem for _line, _state, found in checked.results for problem in found]
    return ImportPreview(
        run_id=run_id,
        file_name=run.file_name,
        file_size=run.file_size,
        deposited_at=run.created_at,
        plan=plan,
        columns=_columns(checked.table, plan),
        missing=tuple(missing(plan.columns, plan.usual, plan.purpose)),
        counts=counts_in(state for _line, state, _problems in checked.results),
        groups=groups_in(problems),
        before=find_brought(db, viewer, run_id),
        stopped=checked.stopped,
        unwritten=checked.unwritten,
        above=checked.table.above,
        relayed=checked.relayed,
    )


def preview_rejects(
    db: Session, viewer: Viewer, run_id: int, folder: Path, terms: CheckTerms
) -> Rejects:
    """Return the lines that confirming would reject, as in the file, counted as by `preview`."""
    row = draft(db, viewer, run_id)
    plan = unpacked(row.plan)
    checked = _check_lines(db, viewer, run_id, folder, terms, plan)
    rejected_lines = []
    for line, state, problems in checked.results:
        if state is LineState.REJECTED:
            reasons = tuple((problem.sentence, problem.params) for problem in problems)
            rejected_lines.append(RejectedLine(line.line, tuple(line.cells), reasons))
    header = header_given(row.header, plan.columns)
    return Rejects(header, row.xlsx, tuple(rejected_lines))


@dataclass(frozen=True, slots=True)
class _CheckedLines:
    """The lines of a file with the state and problems that confirming would give each."""

    table: Table
    results: list[tuple[DeclarationLine, LineState, list[LineProblem]]]
    stopped: Stopped | None
    unwritten: int
    relayed: bool


def _check_lines(
    db: Session, viewer: Viewer, run_id: int, folder: Path, terms: CheckTerms, plan: ImportPlan
) -> _CheckedLines:
    with uncollected(), hold_import_lock(folder, viewer.organisation_id):
        table, lines = read_lines(db, viewer, run_id, folder, delays=terms.delays, plan=plan)
        batch = DeclarationBatch(viewer, terms.delays, terms.now, Marks(DeclarationOrigin.FILE))
        outcomes = batch.decide_read(db, [_reading(line) for line in lines], lock=False)
    stopped = terms.spend(count_lookups(run_id, plan, _declared(lines), outcomes))
    outcomes = [DeclarationOutcome()] * len(lines) if stopped else outcomes
    results = [
        (line, *message_of(plan, line, outcome))
        for line, outcome in zip(lines, outcomes, strict=True)
    ]
    unwritten = sum(outcome.unwritten and not outcome.problems for outcome in outcomes)
    return _CheckedLines(table, results, stopped, unwritten, batch.relayed)


def read_lines(
    db: Session,
    viewer: Viewer,
    run_id: int,
    folder: Path,
    *,
    delays: Delays,
    plan: ImportPlan | None = None,
) -> tuple[Table, list[DeclarationLine]]:
    """Parse the file of an import with `plan`, or with its stored plan."""
    stored_plan = unpacked(own_import(db, viewer, run_id).plan)
    plan = plan or stored_plan
    stored = find_stored(db, viewer, run_id)
    content = read_kept(folder, stored.stored_name, stored.sha256)
    table = read(content, load_column_names(db, viewer))
    return table, lines_of(table, plan, viewer.today, delays, holder=viewer.organisation)


def store_lines(
    db: Session,
    viewer: Viewer,
    run_id: int,
    lines: Sequence[DeclarationLine],
    *,
    delays: Delays,
    now: datetime,
) -> ImportCounts:
    """Declare the ready lines and store the outcome of each.

    A line with a repair that is not accepted is left out.
    """
    plan = unpacked(own_import(db, viewer, run_id).plan)
    viewer.require(Permission.RIGHTS_DECLARE)
    batch = DeclarationBatch(viewer, delays, now, Marks(DeclarationOrigin.FILE, run_id))
    ready = [line for line in lines if line.declared is not None and not line.waits]
    waits = [line for line in lines if line.declared is not None and line.waits]
    looks = DeclarationBatch(
        viewer, delays, now, batch.marks
    )  # unaccepted repairs are only checked
    known_outcomes = looks.decide_read(db, [_reading(line) for line in waits], lock=False)
    decided = batch.decide_read(db, [_reading(line) for line in ready], lock=True)
    put_off(db)
    batch.store(db)
    outcomes = dict(zip((line.line for line in ready), decided, strict=True))
    outcomes |= {
        line.line: outcome
        for line, outcome in zip(waits, known_outcomes, strict=True)
        if outcome.is_duplicate
    }
    line_rows = [
        kept_line(plan, run_id, line, outcomes.get(line.line, DeclarationOutcome()))
        for line in lines
    ]
    pour(db, ImportLine, LINE, line_rows)
    return counts_in(row[2] for row in line_rows)


def learn_rights(db: Session) -> None:
    """Refresh the database's statistics about rights, between two blocks of a large file."""
    learn(db, AccessRight)


def sort_rights(db: Session) -> None:
    """Merge the search index after the last block, so that searches stay fast."""
    sort_in(db, "rights_search")


def _declared(lines: Sequence[DeclarationLine]) -> list[tuple[int, Declaration | None]]:
    return [(line.line, line.declared) for line in lines]


def _reading(line: DeclarationLine) -> tuple[Any, tuple[DeclarationProblem, ...]]:
    return line.declared, line.problems


def _columns(table: Table, plan: ImportPlan) -> tuple[DetectedColumn, ...]:
    fields = {place: name for name, place in plan.columns.items()}
    columns = []
    for place, label in enumerate(table.header):
        sample_cells = (row[place] for _, row in table.rows[:50] if place < len(row))
        cells = (day_in(cell) or text_in(cell) for cell in sample_cells)
        sample = tuple(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLE]
        columns.append(DetectedColumn(place, letter(place), label, fields.get(place, ""), sample))
    return tuple(columns)
