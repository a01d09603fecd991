"""Register the callbacks common to lists with row blocks (components/kit/grid_screen.py)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup, P, R
from callbacks.inputs import Sent
from callbacks.outputs import URL
from components.kit import DOWN, Drawer, GridScreen, Id, sort_in
from core.access import Permission
from core.paging import RowBlock

BLOCK = 100
MOST_ROWS = 10_000_000
Fields = Mapping[str, str | bool | list[str] | None]  # values of filters, by name


@dataclass(frozen=True, slots=True)
class Block:
    """The rows that AG Grid requests, with validated bounds."""

    rows: RowBlock
    sort: str  # column; "" for the usual one
    descending: bool
    model: Mapping[str, Any] | None  # of the filters

    @property
    def order(self) -> dict[str, Any]:
        return {"sort": self.sort or "alias", "descending": self.descending}


def block_of(rows_request: Sent) -> Block:
    """Return the block that a grid requests. Raise PreventUpdate for a page without request."""
    if rows_request is None:
        raise PreventUpdate
    start, end = rows_request.get("startRow"), rows_request.get("endRow")
    offset = start if isinstance(start, int) and 0 <= start <= MOST_ROWS else 0
    limit = end - offset if isinstance(end, int) else BLOCK
    sort, model = sort_in(rows_request), rows_request.get("filterModel")
    limit = limit if 0 < limit <= BLOCK else BLOCK
    return Block(RowBlock(limit, offset), sort.removeprefix(DOWN), sort.startswith(DOWN), model)


def declare_rows(screen: GridScreen, **outputs: Output) -> Mapping[str, Any]:
    """Return the outputs and inputs of a callback that returns rows."""
    output = {
        **outputs,
        "rows": Output(screen.grid, "getRowsResponse"),
        "count": Output(screen.count, "children"),
        "nothing": Output(screen.nothing, "hidden"),
    }
    if screen.words:
        output["words"] = Output(screen.words, "children")
    inputs = {"rows_request": Input(screen.grid, "getRowsRequest")}
    return {"output": output, "inputs": inputs, "prevent_initial_call": "initial_duplicate"}


def answer_rows(
    lines: list[dict[str, object]], total: int, count: str, **outputs: object
) -> dict[str, Any]:
    """Return a block of `lines`, their total and its text `count`."""
    rows = {"rowData": lines, "rowCount": total}
    return {"rows": rows, "count": count, "nothing": bool(total), **outputs}


def filters(
    on: CallbackGroup,
    grid: Id,
    fields: Mapping[str, object],
    *outputs: Output,
    **options: Any,  # noqa: ANN401 (of Dash)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the callback that filters a grid by `fields`, named as in the query string.

    A field is an id, or an input such as a store.
    """
    inputs = {
        name: id_ if isinstance(id_, Input) else Input(str(id_), "value")
        for name, id_ in fields.items()
    }
    return on(Output(grid, "filterModel"), *outputs, inputs={"fields": inputs}, **options)


def shows_drawer(
    on: CallbackGroup, drawer: Drawer, *states: State, permission: Permission
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the callback that draws the opened row and the address; the panel takes the focus.

    It receives the stores of the opened row and of the grid's request, then `states`.
    """
    place = Input(drawer.place, "children")
    drawn = Output(drawer.place, "data-drawn")
    on.client("drawer", "takeFocus", drawn, place, at_first=True)
    return on(
        Output(drawer.place, "children"),
        URL,
        Input(drawer.opened, "data"),
        State(drawer.grid, "getRowsRequest"),
        *states,
        permission=permission,
    )


def register_clear(
    on: CallbackGroup, screen: GridScreen, permission: Permission
) -> Callable[[], tuple[Any, ...]]:
    """Register the button that clears the filters of an empty list; return the callback."""
    outputs = [Output(id_, "value") for id_ in screen.cleared]
    values = tuple(screen.cleared.values())
    if screen.linked is not None:
        outputs.append(Output(screen.linked, "data"))
        values = (*values, "")

    @on.click(screen.clear, output=outputs, permission=permission)
    def clear_filters() -> tuple[Any, ...]:
        return values

    return clear_filters


def register_count(
    on: CallbackGroup,
    grid: str,
    outputs: tuple[str, str],
    words: Callable[[int], str],
    permission: Permission,
) -> Callable[[list[Any] | None], tuple[str, bool]]:
    """Register the count of selected rows; the actions in `outputs` are disabled without any."""
    count_id, acts_id = outputs

    @on(
        output=[Output(count_id, "children"), Output(acts_id, "disabled")],
        inputs={"rows": Input(grid, "selectedRows")},
        permission=permission,
    )
    def count_selected(rows: list[Any] | None) -> tuple[str, bool]:
        return words(len(rows or [])), not rows

    return count_selected
