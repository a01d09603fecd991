"""Convert the filters of the list of people between the URL and the grid."""

from collections.abc import Mapping
from typing import Any

from components import kit
from core.access import OrganisationKind
from core.query_string import query_string
from data.administration.people.types import OrganisationFilter, PeopleFilter, PersonState

ALL = "all"


def read_filters(query: Mapping[str, Any], organisation_id: int | None = None) -> PeopleFilter:
    """Return the filters of a query string, without unknown values."""
    state = str(query.get("etat") or "")
    return PeopleFilter(
        text=str(query.get("q") or "")[:100],
        state=PersonState(state) if state in set(PersonState) else None,
        organisation_id=organisation_id,
    )


def write_filters(people_filter: PeopleFilter, fixed: Mapping[str, object]) -> str:
    """Return the query string of filters; `fixed` holds the other parameters of the page."""
    pairs = {**fixed, "q": people_filter.text, "etat": people_filter.state or ""}
    return query_string(pairs) or "?"


def filter_model(people_filter: PeopleFilter) -> dict[str, Any]:
    """Return the filters as an AG Grid model, so that a change reloads the rows."""
    return kit.filter_model({"name": people_filter.text, "state": str(people_filter.state or "")})


def filters_of_model(model: object, organisation_id: int | None) -> PeopleFilter:
    return read_filters(kit.filters_in(model, {"q": "name", "etat": "state"}), organisation_id)


def read_organisations(query: Mapping[str, Any]) -> OrganisationFilter:
    kind = str(query.get("nature") or "")
    return OrganisationFilter(
        text=str(query.get("q") or "")[:100],
        kind=OrganisationKind(kind) if kind in set(OrganisationKind) else None,
    )


def write_organisations(organisation_filter: OrganisationFilter) -> str:
    pairs = {"q": organisation_filter.text, "nature": organisation_filter.kind or ""}
    return query_string(pairs)


def organisations_model(organisation_filter: OrganisationFilter) -> dict[str, Any]:
    return kit.filter_model(
        {"name": organisation_filter.text, "kind": str(organisation_filter.kind or "")}
    )


def organisations_of_model(model: object) -> OrganisationFilter:
    return read_organisations(kit.filters_in(model, {"q": "name", "nature": "kind"}))
