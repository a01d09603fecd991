"""The filters of the client's grid: from the URL, to the grid, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from components import kit
from components.controls.words import BOXES, STATES
from data.controls.types import Box, ControlFilter, ControlSort
from data.rights.types import ProofState
from i18n import _

OPEN, ALL = "open", "all"
TICKED = (Box.OVERDUE, Box.THIS_WEEK, Box.STAGED, Box.UNREAD)  # beside the states
MODEL = {"q": "number", "show": "state", "box": "due_on", "right": "site"}
PLAIN = ControlSort.DUE.value  # what the address leaves out
_SHOWN = {OPEN, ALL, *(state.value for state in ProofState)}
_UID = 36


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; each word checked."""

    text: str = ""
    show: str = OPEN
    boxes: tuple[Box, ...] = ()
    right: str = ""  # its uid
    sort: str = PLAIN
    open: str = ""  # the control in the drawer

    @property
    def descending(self) -> bool:
        return self.sort.startswith(kit.DOWN)

    @property
    def column(self) -> ControlSort:
        return ControlSort(self.sort.removeprefix(kit.DOWN))


def read_wanted(query: Mapping[str, Any]) -> Wanted:
    """The filters of a query string; anything unknown is left out."""
    show, sort = str(query.get("show") or ""), str(query.get("sort") or "")
    right = str(query.get("right") or "")[:_UID]
    usual = ALL if right else OPEN  # of one right, whatever became of its controls
    return Wanted(
        text=str(query.get("q") or "")[:100],
        show=show if show in _SHOWN else usual,
        boxes=boxes_in(str(query.get("box") or "").split(",")),
        right=right,
        sort=sort if sort.removeprefix(kit.DOWN) in set(ControlSort) else PLAIN,
        open=str(query.get("controle") or "")[:_UID],
    )


def boxes_in(values: Sequence[object]) -> tuple[Box, ...]:
    """Those that are known, in their order."""
    return tuple(box for box in TICKED if box.value in values)


def _pairs(wanted: Wanted) -> dict[str, str]:
    return {
        "q": wanted.text,
        "show": wanted.show,
        "box": ",".join(wanted.boxes),
        "right": wanted.right,
    }


def write_wanted(wanted: Wanted) -> str:
    """The query string; what is usual is left out."""
    usual = ALL if wanted.right else OPEN
    pairs = {
        **_pairs(wanted),
        "show": "" if wanted.show == usual else wanted.show,
        "sort": "" if wanted.sort == PLAIN else wanted.sort,
        "controle": wanted.open,
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


def control_filter(wanted: Wanted) -> ControlFilter:
    """The same as the queries take it."""
    opened = (Box.OPEN,) if wanted.show == OPEN else ()
    return ControlFilter(
        text=wanted.text,
        states=() if wanted.show in {OPEN, ALL} else (ProofState(wanted.show),),
        boxes=(*opened, *wanted.boxes),
        right=wanted.right,
    )


def counted(wanted: Wanted) -> ControlFilter:
    """What the chips of states are counted under: all but which one is pressed."""
    return control_filter(replace(wanted, show=ALL))


def said(wanted: Wanted) -> str:
    """What was asked for, as in `« lycée » · Vérifiée KO`."""
    text = wanted.text.strip()
    parts = [
        *([_("«\u00a0{text}\u00a0»", text=text)] if text else []),
        *([] if wanted.show == ALL else [show_word(wanted.show)]),
        *(_(BOXES[box]) for box in wanted.boxes),
        *([_("un seul droit")] if wanted.right else []),
    ]
    return " · ".join(parts)


def show_word(show: str) -> str:
    return _(BOXES[Box.OPEN]) if show == OPEN else _(STATES[ProofState(show)][0])
