"""What the address of the cockpit asks for: which controls, whose, in what order, which is open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from data.controls.rules.asked import TO_DO
from data.controls.types import ControlFilter, ControlSort
from data.rights.types import ProofState

ALL, MINE, NOBODY = "all", "me", "0"
BLOCK, MOST = 50, 500  # lines of the queue, at first and at most
SORTS = (ControlSort.DUE, ControlSort.SENT, ControlSort.THIRD_PARTY, ControlSort.OWNER)
_STATES = {state.value for state in ProofState}
_LONGEST_KEY = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """Each word checked."""

    text: str = ""
    state: ProofState = ProofState.UNDER_CHECK
    owner: str = ALL  # or "todo" for me or nobody, "me", "0" for nobody, the id of a colleague
    organisation: str = ""  # the third party
    campaign: str = ""  # its uid
    sort: ControlSort = ControlSort.DUE
    open: str = ""  # the control shown

    @property
    def filtered(self) -> bool:
        return self != replace(Asked(), state=self.state, sort=self.sort, open=self.open)


def read_asked(query: Mapping[str, Any]) -> Asked:
    """Of a query string, or of the fields; anything unknown is left out."""
    state, sort, owner = (str(query.get(name) or "") for name in ("state", "sort", "owner"))
    return Asked(
        text=str(query.get("q") or "")[:100],
        state=ProofState(state) if state in _STATES else ProofState.UNDER_CHECK,
        owner=owner if owner in {MINE, TO_DO} or key_in(owner) is not None else ALL,
        organisation=_kept(str(query.get("org") or "")),
        campaign=str(query.get("campaign") or "")[:36],
        sort=ControlSort(sort) if sort in set(SORTS) else ControlSort.DUE,
        open=str(query.get("controle") or "")[:36],
    )


def key_in(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text) if digits else None


def _kept(text: str) -> str:
    return text if key_in(text) is not None else ""


def write_asked(asked: Asked) -> str:
    """The query string; what is usual is left out."""
    usual = Asked()
    pairs = {
        "q": asked.text,
        "state": "" if asked.state is usual.state else asked.state.value,
        "owner": "" if asked.owner == ALL else asked.owner,
        "org": asked.organisation,
        "campaign": asked.campaign,
        "sort": "" if asked.sort is usual.sort else asked.sort.value,
        "controle": asked.open,
    }
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"?{query}" if query else ""


def export_address(asked: Asked, me: int) -> str:
    """The file of the same lines; it is told the state, the page's own default being no other's."""
    owner = str(me) if asked.owner == MINE else asked.owner
    pairs = {
        "q": asked.text,
        "state": asked.state.value,
        "owner": "" if owner == ALL else owner,
        "org": asked.organisation,
        "campaign": asked.campaign,
        "sort": asked.sort.value,
        "format": "xlsx",
    }
    kept = urlencode({name: value for name, value in pairs.items() if value})
    return f"/controles/export?{kept}"


def filter_of(asked: Asked, me: int) -> ControlFilter:
    """The same as the queries take it; *me* is whose "mine" is."""
    owner = me if asked.owner == MINE else key_in(asked.owner)
    return ControlFilter(
        text=asked.text,
        states=(asked.state,),
        owner_id=owner,
        for_viewer=asked.owner == TO_DO,
        organisation_id=key_in(asked.organisation),
        campaign=asked.campaign,
    )


def limit_of(more: Mapping[str, Any] | None) -> int:
    """How many lines were asked for, whatever a browser says."""
    found = (more or {}).get("limit")
    return min(MOST, max(BLOCK, found)) if isinstance(found, int) else BLOCK
