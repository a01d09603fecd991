"""Declare the callback that saves the form of a row (components/kit/row_form.py)."""

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from dash import Input, Output, State

from callbacks.group import CallbackGroup
from callbacks.inputs import row_seen
from callbacks.outputs import LOCATION, TOASTS
from components.kit import RowForm
from data.request import Request

RowKey = tuple[int, int]  # id, version on screen


def declare_save(
    form: RowForm, clicks: object = None, *outputs: Output, **state: State
) -> Mapping[str, Any]:
    """Return the inputs and outputs of the callback that saves `form`.

    The outputs are another page and a toast, or the fields with their errors.
    """
    return {
        "output": [LOCATION, TOASTS, Output(form.place, "children"), *outputs],
        "inputs": {"clicks": clicks or Input(form.save, "n_clicks")},
        "state": {
            "fields": {name: State(id_, "value") for name, id_ in form.fields.items()},
            "seen": State(form.seen, "data"),
            **state,
        },
        "writes": True,
    }


def show_refusals(on: CallbackGroup, form: RowForm) -> None:
    """Bring the first wrong field of `form` into view, with the focus, when it is refused."""
    on.client("refusals", "show", Input(form.place, "children"))


def read_typed(fields: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value or "" for name, value in fields.items()}


def read_row_key(seen: Sequence[Any] | None) -> RowKey | None:
    """Return the row that a form edits, None for a new one. Raise Invalid."""
    return None if seen is None else row_seen(seen)


def keep_row(request: Request, actions: ModuleType, draft: object, row: RowKey | None) -> int:
    """Add `draft` with `actions.add`, or replace the row on screen; return its id."""
    db, viewer, now = request.db, request.viewer, request.now
    if row is None:
        return int(actions.add(db, viewer, draft, now=now))
    actions.change(db, viewer, row, draft, now=now)
    return row[0]
