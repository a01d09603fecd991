"""Describe each line of a file: why it is refused, or what was changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.unicode_safety import with_unseen
from data.rights.files.line_check import DeclarationLine
from data.rights.files.parser import day_in, text_in
from data.rights.rules.expected_values import UNKNOWN, reason_of
from data.rights.rules.plans import BY_HAND, DROPPED, LEFT_OUT, NEEDS, REPAIRS, packed_problem
from data.rights.types import (
    DeclarationOutcome,
    DeclarationProblem,
    Fix,
    ImportPlan,
    LineProblem,
    LineState,
    Repair,
)

LINE = ("run_id", "line", "state", "number", "uid", "problems", "cells")
_SOUGHT = ("id_pce", "code_postal")  # the fields that identify a PCE
_REPAIRED = "9000000024"  # code of a proposed repair that was not accepted
_LONGEST = 80  # characters of a cell that are stored


def kept_line(
    plan: ImportPlan, run_id: int, line: DeclarationLine, outcome: DeclarationOutcome
) -> tuple[Any, ...]:
    """Return the stored row of a line, in the order of LINE, with its changes if accepted."""
    state, problems = message_of(plan, line, outcome)
    if problems:
        packed_problems = [packed_problem(problem) for problem in problems]
        return run_id, line.line, LineState.REJECTED, line.number, None, packed_problems, line.cells
    number = line.declared.number if line.declared else line.number
    changed = [packed_problem(problem) for problem in _changes(plan, line)] or None
    return run_id, line.line, state, number, outcome.uid or None, changed, None


def _changes(plan: ImportPlan, line: DeclarationLine) -> Iterator[LineProblem]:
    """Yield each cell read differently from the file: accepted repairs and manual corrections."""
    for name, text in plan.edits.get(line.line, {}).items():
        place = plan.columns.get(name, len(line.row))
        cell = line.row[place] if place < len(line.row) else None
        cell_text = day_in(cell) or text_in(cell)
        if cell_text != text:
            yield _change(line, name, (cell_text, text), BY_HAND)
    for fix in line.fixes:
        if fix.repair in plan.repairs and fix.cell_text != fix.proposed:
            values = line.cell_value(fix.field, fix.cell_text), fix.proposed
            yield _change(line, fix.field, values, REPAIRS[fix.repair], fix.repair)


def _change(
    line: DeclarationLine,
    name: str,
    values: tuple[str, str],
    sentence: str,
    repair: Repair | None = None,
) -> LineProblem:
    original, read = values
    return LineProblem(
        line=line.line,
        number=line.number,
        state=LineState.ACCEPTED,
        column=line.columns.get(name, ""),
        field=name,
        code="",
        cell_text=original[:_LONGEST],
        expected=read[:_LONGEST],
        sentence=sentence,
        repair=repair,
    )


def message_of(
    plan: ImportPlan, line: DeclarationLine, outcome: DeclarationOutcome
) -> tuple[LineState, list[LineProblem]]:
    """Return the state of a line and everything to report about it."""
    problems = line.problems or outcome.problems
    if problems and not _explained(line, problems):
        line_problems = [_problem(line, problem) for problem in problems]
        if plan.dropped and not plan.dropped.isdisjoint(map(reason_of, line_problems)):
            line_problems = [_dropped(line)]
        return LineState.REJECTED, line_problems
    if line.waits and not outcome.is_duplicate:  # a repair may lead to an existing right
        return LineState.WAITING, [_repair(line, fix) for fix in line.waits]
    return (LineState.KNOWN if outcome.is_duplicate else LineState.ACCEPTED), []


def _explained(line: DeclarationLine, problems: Sequence[DeclarationProblem]) -> bool:
    """Return whether a PCE is unknown because of a cell with a proposed repair."""
    mended = {fix.field for fix in line.waits}
    unknown = all(problem.code == UNKNOWN for problem in problems)
    return unknown and not mended.isdisjoint(_SOUGHT)


def _dropped(line: DeclarationLine) -> LineProblem:
    return LineProblem(
        line=line.line,
        number=line.number,
        state=LineState.REJECTED,
        column="",
        field="",
        code=DROPPED,
        cell_text="",
        expected="",
        sentence=LEFT_OUT,
    )


def _problem(line: DeclarationLine, problem: DeclarationProblem) -> LineProblem:
    cell_text = line.cell_value(problem.field)
    params = dict(problem.params)
    if problem.field in line.days and "found" in params:
        params["found"] = cell_text
    if isinstance(params.get("found"), str):
        params["found"] = with_unseen(str(params["found"]))
    if problem.code == UNKNOWN:
        params["postal"] = line.texts.get("code_postal", "")[:40]
    return LineProblem(
        line=line.line,
        number=line.number,
        state=LineState.REJECTED,
        column=line.columns.get(problem.field, ""),
        field=problem.field,
        code=problem.code,
        cell_text=cell_text[:_LONGEST],
        expected="",
        sentence=problem.sentence,
        params=params,
    )


def _repair(line: DeclarationLine, fix: Fix) -> LineProblem:
    cell_text = line.cell_value(fix.field, fix.cell_text)[
        :_LONGEST
    ]  # as in the file, not as parsed
    return LineProblem(
        line=line.line,
        number=line.number,
        state=LineState.WAITING,
        column=line.columns.get(fix.field, ""),
        field=fix.field,
        code=_REPAIRED,
        cell_text=cell_text,
        expected=fix.proposed[:_LONGEST],
        sentence=NEEDS,
        params={"found": with_unseen(cell_text), "expected": fix.proposed[:_LONGEST]},
        repair=fix.repair,
    )
