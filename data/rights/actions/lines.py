"""The lines of a file of declarations: what confirming would do of each, then what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.pouring import learn, pour
from data.rights.actions.declaring import Batch
from data.rights.actions.drafts import draft, own_import
from data.rights.actions.guessing import looked
from data.rights.files.alone import alone
from data.rights.files.lines import Line, column_said, lines_of
from data.rights.files.reading import Table, day_in, read, text_in
from data.rights.models import AccessRight, ImportLine
from data.rights.queries.imports import find_brought, known_columns
from data.rights.rules.columns import fields_named, header_given, letter, missing
from data.rights.rules.expecting import UNKNOWN, reason_of
from data.rights.rules.plans import (
    DROPPED,
    LEFT_OUT,
    NEEDS,
    counts_in,
    groups_in,
    packed_problem,
    unpacked,
)
from data.rights.types import (
    Column,
    Counts,
    Delays,
    Fix,
    LineProblem,
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
_LINE = ("run_id", "line", "state", "number", "uid", "problems", "cells")
_SOUGHT = ("id_pce", "code_postal")  # what a PCE is found by
_REPAIRED = "9000000024"  # a repair was proposed and not accepted


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
        batch = Batch(viewer, delays, now, Marks())
        outcomes = batch.decide_read(db, [_reading(line) for line in lines], lock=False)
    stopped = spend(looked(run_id, plan, [line.declared for line in lines], outcomes))
    if stopped:
        outcomes = [Outcome()] * len(lines)
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
        batch = Batch(viewer, delays, now, Marks())
        outcomes = batch.decide_read(db, [_reading(line) for line in lines], lock=False)
    if spend(looked(run_id, plan, [line.declared for line in lines], outcomes)):
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
    return table, lines_of(table, plan, viewer.today, delays)


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
    viewer.require(Permission.RIGHTS_WRITE)
    batch = Batch(viewer, delays, now, Marks(Origin.FILE, run_id))
    ready = [line for line in lines if line.declared is not None and not line.waits]
    waits = [line for line in lines if line.declared is not None and line.waits]
    looks = Batch(viewer, delays, now, Marks())  # their repairs were not accepted: nothing is done
    seen = looks.decide_read(db, [_reading(line) for line in waits], lock=False)
    decided = batch.decide_read(db, [_reading(line) for line in ready], lock=True)
    batch.store(db)
    outcomes = dict(zip((line.line for line in ready), decided, strict=True))
    outcomes |= {line.line: one for line, one in zip(waits, seen, strict=True) if one.known}
    told = [_kept(plan, run_id, line, outcomes.get(line.line, Outcome())) for line in lines]
    pour(db, ImportLine, _LINE, told)
    return counts_in(row[2] for row in told)


def learn_rights(db: Session) -> None:
    """For the job, between two blocks of a large file: the database sees how many rights it has."""
    learn(db, AccessRight)


def _kept(plan: Plan, run_id: int, line: Line, outcome: Outcome) -> tuple[Any, ...]:
    """The row of one line, in the order of _LINE; of one that is taken, no more than its right."""
    state, problems = told_of(plan, line, outcome)
    number = line.texts.get("id_pce", "")[:40]
    if not problems:
        return run_id, line.line, state, number, outcome.uid or None, None, None
    said = [packed_problem(one) for one in problems]
    return run_id, line.line, LineState.REJECTED, number, None, said, line.cells


def told_of(plan: Plan, line: Line, outcome: Outcome) -> tuple[LineState, list[LineProblem]]:
    """Where a line stands, and each thing to be said of it."""
    problems = line.problems or outcome.problems
    if problems and not _explained(line, problems):
        said = [_problem(plan, line, problem) for problem in problems]
        if plan.dropped and not plan.dropped.isdisjoint(map(reason_of, said)):
            said = [_dropped(line)]
        return LineState.REJECTED, said
    if line.waits and not outcome.known:  # a repair may lead to what is there already
        return LineState.WAITING, [_repair(plan, line, fix) for fix in line.waits]
    return (LineState.KNOWN if outcome.known else LineState.ACCEPTED), []


def _explained(line: Line, problems: Sequence[Problem]) -> bool:
    """Whether a PCE is not found by what a repair proposes: that is the one cause to be said."""
    mended = {fix.field for fix in line.waits}
    unknown = all(problem.code == UNKNOWN for problem in problems)
    return unknown and not mended.isdisjoint(_SOUGHT)


def _dropped(line: Line) -> LineProblem:
    return LineProblem(
        line=line.line,
        number=line.texts.get("id_pce", "")[:40],
        state=LineState.REJECTED,
        column="",
        field="",
        code=DROPPED,
        found="",
        expected="",
        sentence=LEFT_OUT,
    )


def _reading(line: Line) -> tuple[Any, tuple[Problem, ...]]:
    return line.declared, line.problems


def _problem(plan: Plan, line: Line, problem: Problem) -> LineProblem:
    found = line.found(problem.field)
    params = dict(problem.params)
    if problem.field in line.days and "found" in params:
        params["found"] = found
    if problem.code == UNKNOWN:
        params["postal"] = line.texts.get("code_postal", "")[:40]
    return LineProblem(
        line=line.line,
        number=line.texts.get("id_pce", "")[:40],
        state=LineState.REJECTED,
        column=column_said(plan, problem.field),
        field=problem.field,
        code=problem.code,
        found=found[:80],
        expected="",
        sentence=problem.sentence,
        params=params,
    )


def _repair(plan: Plan, line: Line, fix: Fix) -> LineProblem:
    found = line.found(fix.field, fix.found)[:80]  # as it stands in the file, not as it is read
    return LineProblem(
        line=line.line,
        number=line.texts.get("id_pce", "")[:40],
        state=LineState.WAITING,
        column=column_said(plan, fix.field),
        field=fix.field,
        code=_REPAIRED,
        found=found,
        expected=fix.proposed[:80],
        sentence=NEEDS,
        params={"found": found, "expected": fix.proposed[:80]},
        repair=fix.repair,
    )


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
