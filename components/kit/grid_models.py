"""Convert filters and sorting to and from AG Grid models; browser input is untrusted."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

DOWN = "-"  # prefix of the name of a column sorted in descending order


def filter_model(values_by_column: Mapping[str, str]) -> dict[str, Any]:
    """Return the AG Grid filter model of `contains` filters; changing it reloads the rows."""
    return {
        column: {"filterType": "text", "type": "contains", "filter": value}
        for column, value in values_by_column.items()
        if value
    }


def filter_in(model: object, column: str) -> str:
    """Return the filter text of `column` in a grid's filter model, "" if none."""
    part = model.get(column) if isinstance(model, Mapping) else None
    return str(part.get("filter") or "") if isinstance(part, Mapping) else ""


def filters_in(model: object, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the filter texts of a model, by the filter name that each of `columns` carries."""
    return {name: filter_in(model, column) for name, column in columns.items()}


def query_in(request: Mapping[str, Any] | None, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the filters and sorting of a row request, named as in the query string."""
    grid_request = request or {}
    filters = filters_in(grid_request.get("filterModel"), columns)
    return {**filters, "sort": sort_in(grid_request)}


def order_of(sort: str, columns: type[StrEnum]) -> dict[str, Any]:
    """Return the sorting of a query string as options of a query; `sort` is one of `columns`."""
    return {"sort": columns(sort.removeprefix(DOWN)), "descending": sort.startswith(DOWN)}


def sort_in(request: Mapping[str, Any]) -> str:
    """Return the first sort column of a row request, prefixed by `-` when descending."""
    sorts = request.get("sortModel")
    first = sorts[0] if isinstance(sorts, list) and sorts and isinstance(sorts[0], dict) else {}
    return f"{DOWN if first.get('sort') == 'desc' else ''}{first.get('colId') or ''}"
