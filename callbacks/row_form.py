"""Register the callbacks that save, remove and restore a row (components/kit/row_form.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component

from callbacks.group import CallbackGroup, P, R
from callbacks.inputs import MALFORMED, is_key, row_seen, values_of
from callbacks.outputs import LOCATION, TOASTS
from components.kit import RowForm, toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import _
from data.request import Request

RowKey = tuple[int, int]  # id, version on screen


def saves(
    on: CallbackGroup,
    form: RowForm,
    *outputs: Output,
    answers: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 (of `on.click`)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the callback that saves `form`, at its button or one of `answers`.

    The outputs are another page and a toast, or the fields with their errors: the first wrong one
    is then brought into view, with the focus.
    """
    on.client("refusals", "show", Input(form.place, "children"))
    state = {
        "fields": values_of(State, form.fields),
        "seen": State(form.seen, "data"),
        **options.pop("state", {}),
    }
    output = [LOCATION, TOASTS, Output(form.place, "children"), *outputs]
    return on.click((form.save, *answers), output=output, state=state, writes=True, **options)


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


@dataclass(frozen=True, slots=True)
class ReturningRows:
    """The list of rows that return: its ids and address, and how the address names one of them."""

    ids: Any  # SEEN, REMOVE, REMOVED, RESTORE
    path: str
    name: str
    restored: str  # toast

    def register(
        self, on: CallbackGroup, actions: ModuleType, permission: Permission
    ) -> tuple[Callable[..., str], Callable[..., tuple[str, list[Component]]]]:
        """Register the callbacks that remove the row of a form, and restore it; return them."""

        def remove(seen: list[Any] | None, *, request: Request) -> str:
            key = row_seen(seen)
            actions.remove(request.db, request.viewer, key, now=request.now)
            return f"{self.path}?removed={key[0]}"

        def restore(removed: int | None, *, request: Request) -> tuple[str, list[Component]]:
            if not is_key(removed):
                raise Invalid(MALFORMED)
            actions.restore(request.db, request.viewer, removed, now=request.now)
            return f"{self.path}?{self.name}={removed}", [toast(_(self.restored))]

        ids, way = self.ids, {"permission": permission, "writes": True}
        on.click(ids.REMOVE, LOCATION, State(ids.SEEN, "data"), **way)(remove)
        on.click(ids.RESTORE, LOCATION, TOASTS, State(ids.REMOVED, "data"), **way)(restore)
        return remove, restore
