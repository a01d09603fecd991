"""Convert the filters of the list of PCEs between the URL and the grid."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from components import kit
from data.pces.types import (
    PceFilter,
    PceFreshness,
)

ALL = "all"

NOBODY = "none"


def read_filters(query: Mapping[str, Any]) -> PceFilter:
    """The filters of a query string; anything unknown is left out."""
    state, tag = str(query.get("fresh") or ""), str(query.get("tag") or "")[:100]
    return PceFilter(
        text=str(query.get("q") or "")[:100],
        tags=(tag,) if tag else (),
        freshness=PceFreshness(state) if state in set(PceFreshness) else None,
        unheld=query.get("holder") == NOBODY,
    )


def tag_of(view: PceFilter) -> str:
    return view.tags[0] if view.tags else ""


def write_filters(view: PceFilter) -> str:
    pairs = {
        "q": view.text,
        "tag": tag_of(view),
        "fresh": view.freshness or "",
        "holder": NOBODY if view.unheld else "",
    }
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}" if query else ""


def filter_model(view: PceFilter) -> dict[str, Any]:
    """The filters as AG Grid's own model, so that a change asks for the rows again."""
    values_by_column = {
        "number": view.text,
        "tags": tag_of(view),
        "freshness": view.freshness or "",
        "holder": NOBODY if view.unheld else "",
    }
    return kit.filter_model({column: str(value) for column, value in values_by_column.items()})


def view_of_model(model: Mapping[str, Any] | None) -> PceFilter:
    return read_filters(
        {
            "q": kit.filter_in(model, "number"),
            "tag": kit.filter_in(model, "tags"),
            "fresh": kit.filter_in(model, "freshness"),
            "holder": kit.filter_in(model, "holder"),
        }
    )
