"""Convert the filters of the list of thresholds between the URL and the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components import kit
from components.kit import page_of
from core.query_string import query_string
from data.thresholds.types import ThresholdFilter, ThresholdKind

ALL, OPEN, PAUSED, REMOVED = "all", "open", "paused", "removed"


@dataclass(frozen=True, slots=True)
class ThresholdQuery:
    """Query parameters of the page: thresholds filter and page of alerts."""

    thresholds_filter: ThresholdFilter
    past: bool = False  # includes ended alerts
    page: int = 1  # of the alerts


def read_filters(query: Mapping[str, Any]) -> ThresholdFilter:
    """Return the filters of a query string, without unknown values."""
    show = OPEN if query.get("open") == "1" else str(query.get("show") or "")
    return ThresholdFilter(
        text=str(query.get("q") or "")[:100],
        kind=ThresholdKind(show) if show in set(ThresholdKind) else None,
        paused=True if show == PAUSED else None,
        open=True if show == OPEN else None,
        removed=show == REMOVED,
        pce=str(query.get("pce") or "")[:20],
    )


def show_of(thresholds_filter: ThresholdFilter) -> str:
    """Return the selected quick filter."""
    if thresholds_filter.kind is not None:
        return thresholds_filter.kind.value
    if thresholds_filter.removed:
        return REMOVED
    return PAUSED if thresholds_filter.paused else OPEN if thresholds_filter.open else ALL


def read_asked(query: Mapping[str, Any]) -> ThresholdQuery:
    """Parse a query string; unknown values are ignored."""
    return ThresholdQuery(read_filters(query), query.get("past") == "1", page_of(query.get("page")))


def asked_at(
    place: Mapping[str, int] | None, thresholds_filter: ThresholdFilter
) -> tuple[ThresholdQuery, int]:
    """Return the view and the total of alerts, from the state stored in the page."""
    page_state = place or {}
    list_view = ThresholdQuery(
        thresholds_filter, bool(page_state.get("past")), page_of(page_state.get("page"))
    )
    return list_view, page_state.get("total", 0)


def write_asked(list_view: ThresholdQuery) -> str:
    """Return the shortest query string that `read_asked` parses back, with its `?`."""
    pairs = {
        **_pairs(list_view.thresholds_filter),
        "past": "1" if list_view.past else "",
        "page": str(list_view.page) if list_view.page > 1 else "",
    }
    return query_string(pairs)


def _pairs(thresholds_filter: ThresholdFilter) -> Mapping[str, str]:
    show = show_of(thresholds_filter)
    return {
        "q": thresholds_filter.text,
        "show": "" if show == ALL else show,
        "pce": thresholds_filter.pce,
    }


_COLUMNS = {"q": "name", "show": "state", "pce": "scope"}


def filter_model(thresholds_filter: ThresholdFilter) -> dict[str, Any]:
    """Return the filters as an AG Grid model, so that a change reloads the rows."""
    return kit.filter_model(
        {_COLUMNS[name]: value for name, value in _pairs(thresholds_filter).items()}
    )


def filter_of_model(model: object) -> ThresholdFilter:
    return read_filters(kit.filters_in(model, _COLUMNS))
