"""Convert the filters of the list of PCEs between the URL and the grid."""

from collections.abc import Mapping
from typing import Any

from components import kit
from core.query_string import query_string
from data.metering.pces.types import PceFilter, PceFreshness

ALL = "all"

NOBODY = "none"
_COLUMNS = {"q": "number", "tag": "tags", "fresh": "freshness", "holder": "holder"}


def read_filters(query: Mapping[str, Any]) -> PceFilter:
    """Return the filters of a query string, without unknown values."""
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
    return query_string(_pairs(view))


def _pairs(view: PceFilter) -> Mapping[str, str]:
    return {
        "q": view.text,
        "tag": tag_of(view),
        "fresh": str(view.freshness or ""),
        "holder": NOBODY if view.unheld else "",
    }


def filter_model(view: PceFilter) -> dict[str, Any]:
    """Return the filters as an AG Grid model, so that a change reloads the rows."""
    return kit.filter_model({_COLUMNS[name]: value for name, value in _pairs(view).items()})


def view_of_model(model: Mapping[str, Any] | None) -> PceFilter:
    return read_filters(kit.filters_in(model, _COLUMNS))
