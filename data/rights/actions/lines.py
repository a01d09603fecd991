"""The lines of a file of declarations: what confirming would do of each, then what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.pouring import learn, pour, put_off, sort_in
from data.rights.actions.declaring import Batch
from data.rights.actions.drafts import draft, own_import
from data.rights.actions.guessing import looked
from data.rights.actions.saying import LINE, kept_line, told_of
from data.rights.files.alone import alone
from data.rights.files.lines import Line, lines_of
from data.rights.files.reading import Table, day_in, read, text_in
from data.rights.models import AccessRight, ImportLine
from data.rights.queries.imports import find_brought, known_columns
from data.rights.rules.columns import fields_named, header_given, letter, missing
from data.rights.rules.plans import counts_in, groups_in, unpacked
from data.rights.types import (
    Column,
    Counts,
    Declaration,
    Delays,
    LineState,
    Marks,
    Origin,
    Outcome,
    Plan,
    Preview,
    Problem,
    RejectedLine,
    Rejects,
    Spend,
)
from data.runs.files import read_kept
from data.runs.queries import find_stored, get_run
from data.uncollected import uncollected

_SAMPLE = 3


def preview(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    run_id: int,
    folder: Path,
    *,
    delays: Delays,
    now: datetime,
    spend: Spend,
    plan: Plan | None = None,
) -> Preview:
    """What confirming would do, nothing written; with *plan*, were it the one that is kept.

    When *spend*, which counts what is asked in vain, says no, a line is judged by itself alone.
    """
    plan = plan or unpacked(draft(db, viewer, run_id).plan)
    run = get_run(db, viewer, run_id)
    with uncollected(), alone(folder, viewer.organisation_id):
        table, lines = read_lines(db, viewer, run_id, folder, delays=delays, plan=plan)
        batch = Batch(viewer, delays, now, Marks(Origin.FILE))
        outcomes = batch.decide_read(db, [_reading(line) for line in lines], lock=False)
    stopped = spend(looked(run_id, plan, _declared(lines), outcomes))
    outcomes = [Outcome()] * len(lines) if stopped else outcomes
    told = [told_of(plan, *pair) for pair in zip(lines, outcomes, strict=True)]
    return Preview(
        run_id=run_id,
        file_name=run.file_name,
        file_size=run.file_size,
        deposited_at=run.created_at,
        plan=plan,
        columns=_columns(table, plan, known_columns(db, viewer)),
        missing=tuple(missing(plan.columns, plan.usual, plan.purpose)),
        counts=counts_in(state for state, _ in told),
        groups=groups_in(problem for _, problems in told for problem in problems),
        before=find_brought(db, viewer, run_id),
        stopped=stopped,
        unwritten=sum(one.unwritten and not one.problems for one in outcomes),
        above=table.above,
        relayed=batch.relayed,
    )


def preview_rejects(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    run_id: int,
    folder: Path,
    *,
    delays: Delays,
    now: datetime,
    spend: Spend,
) -> Rejects:
    """The lines that confirming would leave out, as they were written; *spend* as above."""
    row = draft(db, viewer, run_id)
    plan = unpacked(row.plan)
    with uncollected(), alone(folder, viewer.organisation_id):
        _table, lines = read_lines(db, viewer, run_id, folder, delays=delays)
        batch = Batch(viewer, delays, now, Marks(Origin.FILE))
        outcomes = batch.decide_read(db, [_reading(line) for line in lines], lock=False)
    if spend(looked(run_id, plan, _declared(lines), outcomes)):
        outcomes = [Outcome()] * len(lines)
    found = []
    for line, outcome in zip(lines, outcomes, strict=True):
        state, problems = told_of(plan, line, outcome)
        if state is LineState.REJECTED:
            reasons = tuple((one.sentence, one.params) for one in problems)
            found.append(RejectedLine(line.line, tuple(line.cells), reasons))
    header = header_given(row.header, plan.columns)
    return Rejects(header, row.xlsx, tuple(found))


def read_lines(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    run_id: int,
    folder: Path,
    *,
    delays: Delays,
    plan: Plan | None = None,
) -> tuple[Table, list[Line]]:
    """The file of an import, read as its plan says, or as *plan* does."""
    kept = unpacked(own_import(db, viewer, run_id).plan)
    plan = plan or kept
    stored = find_stored(db, viewer, run_id)
    content = read_kept(folder, stored.stored_name, stored.sha256)
    table = read(content, known_columns(db, viewer))
    return table, lines_of(table, plan, viewer.today, delays, holder=viewer.organisation)


def store_lines(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    run_id: int,
    lines: Sequence[Line],
    *,
    delays: Delays,
    now: datetime,
) -> Counts:
    """Declare the lines that are ready, and keep what became of each: for the job.

    A repair that nobody accepted leaves its line out.
    """
    plan = unpacked(own_import(db, viewer, run_id).plan)
    viewer.require(Permission.RIGHTS_DECLARE)
    batch = Batch(viewer, delays, now, Marks(Origin.FILE, run_id))
    ready = [line for line in lines if line.declared is not None and not line.waits]
    waits = [line for line in lines if line.declared is not None and line.waits]
    looks = Batch(viewer, delays, now, batch.marks)  # their repairs were not accepted: nothing done
    seen = looks.decide_read(db, [_reading(line) for line in waits], lock=False)
    decided = batch.decide_read(db, [_reading(line) for line in ready], lock=True)
    put_off(db)
    batch.store(db)
    outcomes = dict(zip((line.line for line in ready), decided, strict=True))
    outcomes |= {line.line: one for line, one in zip(waits, seen, strict=True) if one.known}
    told = [kept_line(plan, run_id, line, outcomes.get(line.line, Outcome())) for line in lines]
    pour(db, ImportLine, LINE, told)
    return counts_in(row[2] for row in told)


def learn_rights(db: Session) -> None:
    """For the job, between two blocks of a large file: the database sees how many rights it has."""
    learn(db, AccessRight)


def sort_rights(db: Session) -> None:
    """For the job, after the last block: searches find what was declared as fast as before."""
    sort_in(db, "rights_search")


def _declared(lines: Sequence[Line]) -> list[tuple[int, Declaration | None]]:
    return [(line.line, line.declared) for line in lines]


def _reading(line: Line) -> tuple[Any, tuple[Problem, ...]]:
    return line.declared, line.problems


def _columns(table: Table, plan: Plan, known: Mapping[str, str]) -> tuple[Column, ...]:
    fields = {place: name for name, place in plan.columns.items()}
    found = []
    for place, label in enumerate(table.header):
        held = (row[place] for _, row in table.rows[:50] if place < len(row))
        cells = (day_in(cell) or text_in(cell) for cell in held)
        sample = tuple(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLE]
        guessed = fields_named(label) not in known
        found.append(Column(place, letter(place), label, fields.get(place, ""), sample, guessed))
    return tuple(found)
