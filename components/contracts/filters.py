"""Convert the filters of the distributor's list between the address and the grid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from components import kit
from components.contracts.labels import SOON, WAY
from core.i18n import _
from core.query_string import query_string
from data.contracts.rules.labels import STATES
from data.contracts.types import ContractFilter, ContractSort, ContractState

ALL, YES = "all", "1"
MODEL = {"q": "number", "state": "state", "waits": "step", "ending": "ends_on"}
USUAL = f"{kit.DOWN}{ContractSort.CHANGED}"
_SORTS = {sort.value for sort in ContractSort}


@dataclass(frozen=True, slots=True)
class ContractQuery:
    """Query parameters of the list, validated."""

    text: str = ""
    state: str = ALL
    waits: bool = False
    ending: bool = False
    sort: str = USUAL
    open: str = ""


def read_wanted(query: Mapping[str, Any]) -> ContractQuery:
    """Return the filters of a query string, without unknown values."""
    state, sort = str(query.get("state") or ""), str(query.get("sort") or "")
    return ContractQuery(
        text=str(query.get("q") or "")[:100],
        state=state if state in {contract_state.value for contract_state in ContractState} else ALL,
        waits=query.get("waits") == YES,
        ending=query.get("ending") == YES,
        sort=sort if sort.removeprefix(kit.DOWN) in _SORTS else USUAL,
        open=str(query.get("contrat") or "")[:36],
    )


def _pairs(list_view: ContractQuery) -> dict[str, str]:
    return {
        "q": list_view.text,
        "state": "" if list_view.state == ALL else list_view.state,
        "waits": YES if list_view.waits else "",
        "ending": YES if list_view.ending else "",
    }


def write_wanted(list_view: ContractQuery, **more: str) -> str:
    """Return the query string, without default values."""
    pairs = {
        **_pairs(list_view),
        "sort": "" if list_view.sort == USUAL else list_view.sort,
        "contrat": list_view.open,
        **more,
    }
    return query_string(pairs)


def moved_address(query: Mapping[str, Any], uid: str, version: int, *, staff: bool) -> str:
    """Return the address of a contract after a change; the version in it forces a redraw."""
    list_view = replace(read_wanted(query) if staff else ContractQuery(), open=uid)
    return WAY + write_wanted(list_view, n=str(version))


def filter_model(list_view: ContractQuery) -> dict[str, Any]:
    return kit.filter_model({MODEL[name]: value for name, value in _pairs(list_view).items()})


def wanted_of(request: Mapping[str, Any] | None) -> ContractQuery:
    """Return the filters of a grid's row request."""
    return read_wanted(kit.query_in(request, MODEL))


def contract_filter(list_view: ContractQuery) -> ContractFilter:
    """Return the filters for the queries."""
    return ContractFilter(
        text=list_view.text,
        states=frozenset()
        if list_view.state == ALL
        else frozenset({ContractState(list_view.state)}),
        waits=list_view.waits,
        ends_within=SOON if list_view.ending else None,
    )


def filter_text(wanted: ContractQuery) -> str:
    """Return the filters as text."""
    parts = [
        *([_("« {text} »", text=wanted.text.strip())] if wanted.text.strip() else []),
        *([] if wanted.state == ALL else [_(STATES[ContractState(wanted.state)])]),
        *([_("à contresigner par vous")] if wanted.waits else []),
        *([_("finissent sous 60 jours")] if wanted.ending else []),
    ]
    return " · ".join(parts)
