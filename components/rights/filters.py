"""The filters of the grid: from the URL, to the grid, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from components import kit
from components.rights.words import ROLES, STATES
from data.rights.rules.waiting import REMIND_DAYS
from data.rights.types import RightFilter, RightRole, RightSort, RightState
from i18n import _

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
PLAIN = {"sort": f"{kit.DOWN}{RightSort.CREATED}"}  # what the address leaves out
_SORTS = {sort.value for sort in RightSort}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; each word checked."""

    text: str = ""
    state: str = ALL
    role: str = ALL
    ending: bool = False
    organisation: str = ""
    run: str = ""  # of an import
    sort: str = PLAIN["sort"]
    full: bool = False
    open: str = ""

    @property
    def filtered(self) -> bool:
        return self != replace(Wanted(), sort=self.sort, full=self.full, open=self.open)

    @property
    def descending(self) -> bool:
        return self.sort.startswith(kit.DOWN)

    @property
    def column(self) -> RightSort:
        return RightSort(self.sort.removeprefix(kit.DOWN))


def read_wanted(query: Mapping[str, Any]) -> Wanted:
    """The filters of a query string; anything unknown is left out."""

    def word(name: str, known: set[str], usual: str) -> str:
        given = str(query.get(name) or "")
        return given if given in known else usual

    sorts = _SORTS | {kit.DOWN + sort for sort in _SORTS}
    return Wanted(
        text=str(query.get("q") or "")[:100],
        state=word("state", {state.value for state in RightState}, ALL),
        role=word("role", {role.value for role in RightRole}, ALL),
        ending=query.get("ending") == ENDING,
        organisation=_whole(query.get("org")),
        run=_whole(query.get("run")),
        sort=word("sort", sorts, PLAIN["sort"]),
        full=query.get("view") == FULL,
        open=str(query.get("open") or "")[:36],
    )


def _whole(text: object) -> str:
    found = str(text or "")
    return found if found.isascii() and found.isdigit() and len(found) < 10 else ""  # noqa: PLR2004


def _pairs(wanted: Wanted) -> dict[str, str]:
    return {
        "q": wanted.text,
        "state": "" if wanted.state == ALL else wanted.state,
        "role": "" if wanted.role == ALL else wanted.role,
        "ending": ENDING if wanted.ending else "",
        "org": wanted.organisation,
        "run": wanted.run,
    }


def write_wanted(wanted: Wanted) -> str:
    """The query string; what is usual is left out."""
    pairs = {
        **_pairs(wanted),
        "sort": "" if wanted.sort == PLAIN["sort"] else wanted.sort,
        "view": FULL if wanted.full else "",
        "open": wanted.open,
    }
    query = urlencode({key: value for key, value in pairs.items() if value})
    return f"?{query}" if query else ""


def filter_model(wanted: Wanted) -> dict[str, Any]:
    """The filters as AG Grid's own model, so that a change asks for the lines again."""
    return kit.filter_model({MODEL[name]: value for name, value in _pairs(wanted).items()})


def wanted_of(request: Mapping[str, Any] | None) -> Wanted:
    """What a grid's request for lines asks for, whatever it says."""
    asked = request or {}
    query = {name: kit.filter_in(asked.get("filterModel"), place) for name, place in MODEL.items()}
    return read_wanted({**query, "sort": kit.sort_in(asked)})


def right_filter(wanted: Wanted, today: date) -> RightFilter:
    """The same as the queries take it."""
    return RightFilter(
        text=wanted.text,
        states=() if wanted.state == ALL else (RightState(wanted.state),),
        roles=() if wanted.role == ALL else (RightRole(wanted.role),),
        organisation_id=int(wanted.organisation) if wanted.organisation else None,
        run_id=int(wanted.run) if wanted.run else None,
        ending_before=today + SOON if wanted.ending else None,
    )


def said(wanted: Wanted) -> str:
    """What was asked for, as in `« lycée » · À revérifier`."""
    parts = [
        *([_("«\u00a0{text}\u00a0»", text=wanted.text.strip())] if wanted.text.strip() else []),
        *([] if wanted.state == ALL else [_(STATES[RightState(wanted.state)][0])]),
        *([] if wanted.role == ALL else [_(ROLES[RightRole(wanted.role)])]),
        *([_("finissent sous 60 jours")] if wanted.ending else []),
        *([_("import n° {run}", run=wanted.run)] if wanted.run else []),
    ]
    return " · ".join(parts)
