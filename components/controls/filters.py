"""Convert the filters of the client's grid between the URL and the grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components import kit
from components.controls.labels import BOXES, STATES
from core.i18n import _
from core.query_string import query_string
from data.controls.types import ControlFilter, ControlFolder, ControlSort
from data.rights.types import ProofState

OPEN, ALL = "open", "all"
TICKED = (
    ControlFolder.OVERDUE,
    ControlFolder.THIS_WEEK,
    ControlFolder.STAGED,
    ControlFolder.UNREAD,
)  # besides the states
MODEL = {"q": "number", "show": "state", "box": "due_on", "right": "site"}
PLAIN = ControlSort.DUE.value  # default, left out of the address
_SHOWN = {OPEN, ALL, *(state.value for state in ProofState)}
_UID = 36


@dataclass(frozen=True, slots=True)
class ControlQuery:
    """Query parameters of the grid, validated."""

    text: str = ""
    show: str = OPEN
    boxes: tuple[ControlFolder, ...] = ()
    right: str = ""  # its uid
    sort: str = PLAIN
    open: str = ""  # the control in the drawer


def read_wanted(query: Mapping[str, Any]) -> ControlQuery:
    """Return the filters of a query string, without unknown values."""
    show, sort = str(query.get("show") or ""), str(query.get("sort") or "")
    right = str(query.get("right") or "")[:_UID]
    usual = ALL if right else OPEN  # for one right, all its controls
    return ControlQuery(
        text=str(query.get("q") or "")[:100],
        show=show if show in _SHOWN else usual,
        boxes=boxes_in(str(query.get("box") or "").split(",")),
        right=right,
        sort=sort if sort.removeprefix(kit.DOWN) in set(ControlSort) else PLAIN,
        open=str(query.get("controle") or "")[:_UID],
    )


def boxes_in(values: Sequence[object]) -> tuple[ControlFolder, ...]:
    """Return the known values, in their fixed order."""
    return tuple(box for box in TICKED if box.value in values)


def _pairs(list_view: ControlQuery) -> dict[str, str]:
    return {
        "q": list_view.text,
        "show": list_view.show,
        "box": ",".join(list_view.boxes),
        "right": list_view.right,
    }


def write_wanted(list_view: ControlQuery) -> str:
    """Return the query string, without default values."""
    usual = ALL if list_view.right else OPEN
    pairs = {
        **_pairs(list_view),
        "show": "" if list_view.show == usual else list_view.show,
        "sort": "" if list_view.sort == PLAIN else list_view.sort,
        "controle": list_view.open,
    }
    return query_string(pairs)


def filter_model(list_view: ControlQuery) -> dict[str, Any]:
    """Return the filters as an AG Grid model, so that a change reloads the rows."""
    return kit.filter_model({MODEL[name]: value for name, value in _pairs(list_view).items()})


def wanted_of(request: Mapping[str, Any] | None) -> ControlQuery:
    """Return the filters of a grid's row request."""
    return read_wanted(kit.query_in(request, MODEL))


def control_filter(list_view: ControlQuery) -> ControlFilter:
    """Return the filters for the queries."""
    opened = (ControlFolder.OPEN,) if list_view.show == OPEN else ()
    return ControlFilter(
        text=list_view.text,
        states=() if list_view.show in {OPEN, ALL} else (ProofState(list_view.show),),
        boxes=(*opened, *list_view.boxes),
        right=list_view.right,
    )


def counted(wanted: ControlQuery) -> ControlFilter:
    """Return the filters under which states are counted: all but the state."""
    return control_filter(replace(wanted, show=ALL))


def filter_text(wanted: ControlQuery) -> str:
    """Return the filters as text, such as `« lycée » · Vérifiée KO`."""
    text = wanted.text.strip()
    parts = [
        *([_("«\u00a0{text}\u00a0»", text=text)] if text else []),
        *([] if wanted.show == ALL else [show_word(wanted.show)]),
        *(_(BOXES[box]) for box in wanted.boxes),
        *([_("un seul droit")] if wanted.right else []),
    ]
    return " · ".join(parts)


def show_word(show: str) -> str:
    return _(BOXES[ControlFolder.OPEN]) if show == OPEN else _(STATES[ProofState(show)][0])
