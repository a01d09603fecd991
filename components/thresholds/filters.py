"""The filters of the list: from the URL, to the grid, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from components import kit
from components.kit import page_of
from data.thresholds.types import ThresholdFilter, ThresholdKind

ALL, OPEN, PAUSED, REMOVED = "all", "open", "paused", "removed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page shows: which thresholds, and which part of which alerts."""

    wanted: ThresholdFilter
    past: bool = False  # the alerts that ended too
    page: int = 1  # of the alerts


def read_filters(query: Mapping[str, Any]) -> ThresholdFilter:
    """The filters of a query string; anything unknown is left out."""
    show = OPEN if query.get("open") == "1" else str(query.get("show") or "")
    return ThresholdFilter(
        text=str(query.get("q") or "")[:100],
        kind=ThresholdKind(show) if show in set(ThresholdKind) else None,
        paused=True if show == PAUSED else None,
        open=True if show == OPEN else None,
        removed=show == REMOVED,
        pce=str(query.get("pce") or "")[:20],
    )


def show_of(wanted: ThresholdFilter) -> str:
    """Which chip is pressed."""
    if wanted.kind is not None:
        return wanted.kind.value
    if wanted.removed:
        return REMOVED
    return PAUSED if wanted.paused else OPEN if wanted.open else ALL


def read_asked(query: Mapping[str, Any]) -> Asked:
    """What an address asks for; anything unknown is left out."""
    return Asked(read_filters(query), query.get("past") == "1", page_of(query.get("page")))


def asked_at(place: Mapping[str, int] | None, wanted: ThresholdFilter) -> tuple[Asked, int]:
    """What is shown, from what the page keeps of its alerts, and how many of these there are."""
    kept = place or {}
    asked = Asked(wanted, bool(kept.get("past")), page_of(kept.get("page")))
    return asked, kept.get("total", 0)


def write_asked(asked: Asked) -> str:
    """The shortest query string that `read_asked` turns back into *asked*, with its `?`."""
    pairs = {
        **_pairs(asked.wanted),
        "past": "1" if asked.past else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}" if query else ""


def _pairs(wanted: ThresholdFilter) -> Mapping[str, str]:
    show = show_of(wanted)
    return {"q": wanted.text, "show": "" if show == ALL else show, "pce": wanted.pce}


_COLUMNS = {"q": "name", "show": "state", "pce": "scope"}


def filter_model(wanted: ThresholdFilter) -> dict[str, Any]:
    """The filters as AG Grid's own model, so that a change asks for the rows again."""
    return kit.filter_model({_COLUMNS[name]: value for name, value in _pairs(wanted).items()})


def filter_of_model(model: object) -> ThresholdFilter:
    return read_filters({name: kit.filter_in(model, place) for name, place in _COLUMNS.items()})
