"""The filters of the list of people: from the URL, to the grid, and back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from components import kit
from data.people.types import PeopleFilter, PersonState

ALL = "all"


def read_filters(query: Mapping[str, Any], organisation_id: int | None = None) -> PeopleFilter:
    """The filters of a query string; anything unknown is left out."""
    state = str(query.get("etat") or "")
    return PeopleFilter(
        text=str(query.get("q") or "")[:100],
        state=PersonState(state) if state in set(PersonState) else None,
        organisation_id=organisation_id,
    )


def write_filters(wanted: PeopleFilter, fixed: Mapping[str, object]) -> str:
    """The query string of *wanted*, *fixed* being what else the page is about."""
    pairs = {**fixed, "q": wanted.text, "etat": wanted.state or ""}
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}"


def filter_model(wanted: PeopleFilter) -> dict[str, Any]:
    """The filters as AG Grid's own model, so that a change asks for the rows again."""
    return kit.filter_model({"name": wanted.text, "state": str(wanted.state or "")})


def filters_of_model(model: object, organisation_id: int | None) -> PeopleFilter:
    said = {"q": kit.filter_in(model, "name"), "etat": kit.filter_in(model, "state")}
    return read_filters(said, organisation_id)
