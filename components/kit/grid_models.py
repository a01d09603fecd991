"""Convert filters and sorting to and from AG Grid models; browser input is untrusted."""

from collections.abc import Mapping
from typing import Any

DOWN = "-"  # before the name of a column sorted the other way


def filter_model(values_by_column: Mapping[str, str]) -> dict[str, Any]:
    """By column, what it must contain; a change of it makes the grid ask for its lines again."""
    return {
        column: {"filterType": "text", "type": "contains", "filter": value}
        for column, value in values_by_column.items()
        if value
    }


def filter_in(model: object, column: str) -> str:
    """What a grid's filter model asks of *column*."""
    part = model.get(column) if isinstance(model, Mapping) else None
    return str(part.get("filter") or "") if isinstance(part, Mapping) else ""


def filters_in(model: object, columns: Mapping[str, str]) -> dict[str, str]:
    """What a grid's filter model asks, by the filter that each of *columns* carries."""
    return {name: filter_in(model, column) for name, column in columns.items()}


def query_in(request: Mapping[str, Any] | None, columns: Mapping[str, str]) -> dict[str, str]:
    """What a grid's request for lines asks, as its address would."""
    grid_request = request or {}
    filters = filters_in(grid_request.get("filterModel"), columns)
    return {**filters, "sort": sort_in(grid_request)}


def sort_in(request: Mapping[str, Any]) -> str:
    """The column that a grid's request is sorted by first, `-` before it when from the end."""
    sorts = request.get("sortModel")
    first = sorts[0] if isinstance(sorts, list) and sorts and isinstance(sorts[0], dict) else {}
    return f"{DOWN if first.get('sort') == 'desc' else ''}{first.get('colId') or ''}"
