"""Convert the filters of the grid between the URL and the grid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from components import kit
from components.rights.labels import ROLES, STATES
from core.i18n import _
from core.query_string import query_string
from data.rights.rules.pending import REMIND_DAYS
from data.rights.types import RightFilter, RightRole, RightSort, RightState

ALL, ENDING, FULL = "all", "soon", "full"
SOON = timedelta(days=max(REMIND_DAYS) + 1)
MODEL = {
    "q": "number",
    "state": "state",
    "role": "role",
    "ending": "ends_on",
    "org": "third_party",
    "run": "origin",
}
PLAIN = {"sort": f"{kit.DOWN}{RightSort.CREATED}"}  # default, left out of the address
_SORTS = {sort.value for sort in RightSort}


@dataclass(frozen=True, slots=True)
class RightListParams:
    """Query parameters of the grid, validated."""

    text: str = ""
    state: str = ALL
    role: str = ALL
    ending: bool = False
    organisation: str = ""
    run: str = ""  # id of an import
    sort: str = PLAIN["sort"]
    full: bool = False
    open: str = ""

    @property
    def filtered(self) -> bool:
        return self != replace(RightListParams(), sort=self.sort, full=self.full, open=self.open)


def read_wanted(query: Mapping[str, Any]) -> RightListParams:
    """Return the filters of a query string, without unknown values."""

    def word(name: str, known: set[str], usual: str) -> str:
        value = str(query.get(name) or "")
        return value if value in known else usual

    sorts = _SORTS | {kit.DOWN + sort for sort in _SORTS}
    return RightListParams(
        text=str(query.get("q") or "")[:100],
        state=word("state", {state.value for state in RightState}, ALL),
        role=word("role", {role.value for role in RightRole}, ALL),
        ending=query.get("ending") == ENDING,
        organisation=_whole_number(query.get("org")),
        run=_whole_number(query.get("run")),
        sort=word("sort", sorts, PLAIN["sort"]),
        full=query.get("view") == FULL,
        open=str(query.get("open") or "")[:36],
    )


def _whole_number(text: object) -> str:
    number_text = str(text or "")
    return (
        number_text
        if number_text.isascii() and number_text.isdigit() and len(number_text) < 10  # noqa: PLR2004
        else ""
    )


def _pairs(list_view: RightListParams) -> dict[str, str]:
    return {
        "q": list_view.text,
        "state": "" if list_view.state == ALL else list_view.state,
        "role": "" if list_view.role == ALL else list_view.role,
        "ending": ENDING if list_view.ending else "",
        "org": list_view.organisation,
        "run": list_view.run,
    }


def write_wanted(list_view: RightListParams) -> str:
    """Return the query string, without default values."""
    pairs = {
        **_pairs(list_view),
        "sort": "" if list_view.sort == PLAIN["sort"] else list_view.sort,
        "view": FULL if list_view.full else "",
        "open": list_view.open,
    }
    return query_string(pairs)


def filter_model(list_view: RightListParams) -> dict[str, Any]:
    """Return the filters as an AG Grid model, so that a change reloads the rows."""
    return kit.filter_model({MODEL[name]: value for name, value in _pairs(list_view).items()})


def wanted_of(request: Mapping[str, Any] | None) -> RightListParams:
    """Return the filters of a grid's row request."""
    return read_wanted(kit.query_in(request, MODEL))


def right_filter(list_view: RightListParams, today: date) -> RightFilter:
    """Return the filters for the queries."""
    return RightFilter(
        text=list_view.text,
        states=() if list_view.state == ALL else (RightState(list_view.state),),
        roles=() if list_view.role == ALL else (RightRole(list_view.role),),
        organisation_id=int(list_view.organisation) if list_view.organisation else None,
        run_id=int(list_view.run) if list_view.run else None,
        ending_before=today + SOON if list_view.ending else None,
    )


def filter_text(wanted: RightListParams) -> str:
    """Return the filters as text, such as `« lycée » · À revérifier`."""
    parts = [
        *([_("«\u00a0{text}\u00a0»", text=wanted.text.strip())] if wanted.text.strip() else []),
        *([] if wanted.state == ALL else [_(STATES[RightState(wanted.state)][0])]),
        *([] if wanted.role == ALL else [_(ROLES[RightRole(wanted.role)])]),
        *([_("finissent sous 60 jours")] if wanted.ending else []),
        *([_("import n° {run}", run=wanted.run)] if wanted.run else []),
    ]
    return " · ".join(parts)
