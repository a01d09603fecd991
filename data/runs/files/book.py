"""Ask the sandboxed reader (`core.sandbox`) for the cells of a workbook."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from core.errors import Unreadable
from core.i18n import N_
from core.sandbox import run_sandboxed

MOST_BYTES = 16_000_000
TOO_BIG = N_("Ce classeur a un contenu trop volumineux : déposez les mêmes données en CSV.")
_PROGRAM = (sys.executable, "-m", __package__)
_READ: Mapping[str, Callable[[Any], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}

Cells = list[list[object]]
Place = tuple[int, int]  # line, column


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbered rows of one sheet, with its merged cells and formulas."""

    rows: Sequence[tuple[int, Sequence[object]]]
    merged: Mapping[Place, object] = field(default_factory=dict)  # cell → value
    formulas: frozenset[Place] = frozenset()
    bare: frozenset[Place] = frozenset()  # formulas without a computed value
    name: str = ""  # sheet name


def sheets(content: bytes, *, program: Sequence[str] = _PROGRAM) -> list[Cells]:
    """Return the cells of each sheet from A1 on: line n is at index n - 1."""
    return [sheet["cells"] for sheet in _read_sheets((*program, "cells"), content)]


def grids(content: bytes, *, program: Sequence[str] = _PROGRAM) -> list[Grid]:
    """Return each sheet with its merged cells and formulas."""
    return [
        Grid(
            list(enumerate(sheet["cells"], start=1)),
            {(line, place): value for line, place, value in sheet["merged"]},
            frozenset(map(tuple, sheet["formulas"])),
            frozenset(map(tuple, sheet["bare"])),
            sheet["name"],
        )
        for sheet in _read_sheets((*program, "grids"), content)
    ]


def packed(value: object) -> dict[str, object]:
    """Return a cell value that JSON cannot represent, for `json.dumps`."""
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, date | time):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(type(value).__name__)


def _unpacked(data: dict[str, Any]) -> object:
    if len(data) > 1:
        return data  # a sheet
    ((name, value),) = data.items()
    return _READ[name](value)


def _read_sheets(command: Sequence[str], content: bytes) -> list[dict[str, Any]]:
    """Return what the process prints about each sheet.

    Raise Unreadable when it refuses or cannot read the file.
    """
    output = run_sandboxed(command, content) if len(content) <= MOST_BYTES else None
    result: object = TOO_BIG if output is None else json.loads(output, object_hook=_unpacked)
    if not isinstance(result, list):
        raise Unreadable(str(result))
    return result
