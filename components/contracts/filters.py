"""The filters of the distributor's list: from the address, to the grid, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from components import kit
from components.contracts.words import SOON, WAY
from data.contracts.rules.words import STATES
from data.contracts.types import ContractFilter, ContractSort, ContractState
from i18n import _

ALL, YES = "all", "1"
MODEL = {"q": "number", "state": "state", "waits": "step", "ending": "ends_on"}
USUAL = f"{kit.DOWN}{ContractSort.CHANGED}"
_SORTS = {sort.value for sort in ContractSort}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; each word checked."""

    text: str = ""
    state: str = ALL
    waits: bool = False
    ending: bool = False
    sort: str = USUAL
    open: str = ""

    @property
    def descending(self) -> bool:
        return self.sort.startswith(kit.DOWN)

    @property
    def column(self) -> ContractSort:
        return ContractSort(self.sort.removeprefix(kit.DOWN))


def read_wanted(query: Mapping[str, Any]) -> Wanted:
    """The filters of a query string; anything unknown is left out."""
    state, sort = str(query.get("state") or ""), str(query.get("sort") or "")
    return Wanted(
        text=str(query.get("q") or "")[:100],
        state=state if state in {one.value for one in ContractState} else ALL,
        waits=query.get("waits") == YES,
        ending=query.get("ending") == YES,
        sort=sort if sort.removeprefix(kit.DOWN) in _SORTS else USUAL,
        open=str(query.get("contrat") or "")[:36],
    )


def _pairs(wanted: Wanted) -> dict[str, str]:
    return {
        "q": wanted.text,
        "state": "" if wanted.state == ALL else wanted.state,
        "waits": YES if wanted.waits else "",
        "ending": YES if wanted.ending else "",
    }


def write_wanted(wanted: Wanted, **more: str) -> str:
    """The query string; what is usual is left out."""
    pairs = {
        **_pairs(wanted),
        "sort": "" if wanted.sort == USUAL else wanted.sort,
        "contrat": wanted.open,
        **more,
    }
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}" if query else ""


def moved_address(query: Mapping[str, Any], uid: str, version: int, *, staff: bool) -> str:
    """Where a contract is seen once it moved: another address each time, so that it is drawn."""
    wanted = replace(read_wanted(query) if staff else Wanted(), open=uid)
    return WAY + write_wanted(wanted, n=str(version))


def filter_model(wanted: Wanted) -> dict[str, Any]:
    return kit.filter_model({MODEL[name]: value for name, value in _pairs(wanted).items()})


def wanted_of(request: Mapping[str, Any] | None) -> Wanted:
    """What a grid's request for lines asks for, whatever it says."""
    asked = request or {}
    query = {name: kit.filter_in(asked.get("filterModel"), place) for name, place in MODEL.items()}
    return read_wanted({**query, "sort": kit.sort_in(asked)})


def contract_filter(wanted: Wanted) -> ContractFilter:
    """The same as the queries take it."""
    return ContractFilter(
        text=wanted.text,
        states=frozenset() if wanted.state == ALL else frozenset({ContractState(wanted.state)}),
        waits=wanted.waits,
        ends_within=SOON if wanted.ending else None,
    )


def said(wanted: Wanted) -> str:
    """What was asked for, in words."""
    parts = [
        *([_("« {text} »", text=wanted.text.strip())] if wanted.text.strip() else []),
        *([] if wanted.state == ALL else [_(STATES[ContractState(wanted.state)])]),
        *([_("à contresigner par vous")] if wanted.waits else []),
        *([_("finissent sous 60 jours")] if wanted.ending else []),
    ]
    return " · ".join(parts)
