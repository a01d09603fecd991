"""Register the callbacks common to lists with row blocks (components/kit/grid_screen.py)."""

from collections.abc import Callable, Mapping
from typing import Any

from dash import Input, Output

from callbacks.group import CallbackGroup
from components.kit import DOWN, GridScreen, sort_in
from core.access import Permission

BLOCK = 100
MOST_ROWS = 10_000_000
Sent = dict[str, Any] | None  # content of a store or a grid


def block_of(rows_request: dict[str, Any]) -> tuple[int, int, str, bool]:
    """Return offset, limit, sorted column and direction of a grid's request; never raises."""
    start, end = rows_request.get("startRow"), rows_request.get("endRow")
    offset = start if isinstance(start, int) and 0 <= start <= MOST_ROWS else 0
    limit = end - offset if isinstance(end, int) else BLOCK
    sort = sort_in(rows_request)
    return (
        offset,
        limit if 0 < limit <= BLOCK else BLOCK,
        sort.removeprefix(DOWN) or "alias",
        sort.startswith(DOWN),
    )


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


def register_clear(
    on: CallbackGroup, screen: GridScreen, permission: Permission
) -> Callable[[int | None], tuple[Any, ...]]:
    """Register the button that clears the filters of an empty list; return the callback."""
    outputs = [Output(id_, "value") for id_ in screen.cleared]
    values = tuple(screen.cleared.values())
    if screen.linked is not None:
        outputs.append(Output(screen.linked, "data"))
        values = (*values, "")

    @on(output=outputs, inputs={"clicks": Input(screen.clear, "n_clicks")}, permission=permission)
    def clear_filters(clicks: int | None) -> tuple[Any, ...]:
        del clicks
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
