"""Parse the cockpit's address: filters, owner, order and open control."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.query_string import query_string
from data.controls.rules.address_filters import TO_DO
from data.controls.types import ControlFilter, ControlSort
from data.rights.types import ProofState

ALL, MINE, NOBODY = "all", "me", "0"
BLOCK, MOST = 50, 500  # rows of the queue: initial, maximum
SORTS = (ControlSort.DUE, ControlSort.SENT, ControlSort.THIRD_PARTY, ControlSort.OWNER)
_STATES = {state.value for state in ProofState}
_LONGEST_KEY = 9


@dataclass(frozen=True, slots=True)
class CampaignQuery:
    """Query parameters of the cockpit, validated."""

    text: str = ""
    state: ProofState = ProofState.UNDER_CHECK
    owner: str = ALL  # or "todo": me or nobody, "me", "0": nobody, a colleague's id
    organisation: str = ""  # id of the third party
    campaign: str = ""  # its uid
    sort: ControlSort = ControlSort.DUE
    open: str = ""  # the control shown

    @property
    def filtered(self) -> bool:
        return self != replace(CampaignQuery(), state=self.state, sort=self.sort, open=self.open)


def read_asked(query: Mapping[str, Any]) -> CampaignQuery:
    """Parse a query string or the fields; unknown values are ignored."""
    state, sort, owner = (str(query.get(name) or "") for name in ("state", "sort", "owner"))
    return CampaignQuery(
        text=str(query.get("q") or "")[:100],
        state=ProofState(state) if state in _STATES else ProofState.UNDER_CHECK,
        owner=owner if owner in {MINE, TO_DO} or key_in(owner) is not None else ALL,
        organisation=_valid_word(str(query.get("org") or "")),
        campaign=str(query.get("campaign") or "")[:36],
        sort=ControlSort(sort) if sort in set(SORTS) else ControlSort.DUE,
        open=str(query.get("controle") or "")[:36],
    )


def key_in(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY
    return int(text) if digits else None


def _valid_word(text: str) -> str:
    return text if key_in(text) is not None else ""


def write_asked(queue_view: CampaignQuery) -> str:
    """Return the query string, without default values."""
    usual = CampaignQuery()
    pairs = {
        "q": queue_view.text,
        "state": "" if queue_view.state is usual.state else queue_view.state.value,
        "owner": "" if queue_view.owner == ALL else queue_view.owner,
        "org": queue_view.organisation,
        "campaign": queue_view.campaign,
        "sort": "" if queue_view.sort is usual.sort else queue_view.sort.value,
        "controle": queue_view.open,
    }
    return query_string(pairs)


def export_address(queue_view: CampaignQuery, me: int) -> str:
    """Return the address of the export; it states the state, whose default differs there."""
    owner = str(me) if queue_view.owner == MINE else queue_view.owner
    pairs = {
        "q": queue_view.text,
        "state": queue_view.state.value,
        "owner": "" if owner == ALL else owner,
        "org": queue_view.organisation,
        "campaign": queue_view.campaign,
        "sort": queue_view.sort.value,
        "format": "xlsx",
    }
    return f"/controles/export{query_string(pairs)}"


def filter_of(queue_view: CampaignQuery, me: int) -> ControlFilter:
    """Return the filters for the queries; `me` is the user of "mine"."""
    owner = me if queue_view.owner == MINE else key_in(queue_view.owner)
    return ControlFilter(
        text=queue_view.text,
        states=(queue_view.state,),
        owner_id=owner,
        for_viewer=queue_view.owner == TO_DO,
        organisation_id=key_in(queue_view.organisation),
        campaign=queue_view.campaign,
    )


def limit_of(more: Mapping[str, Any] | None) -> int:
    """Return the number of rows requested by an untrusted browser."""
    line_limit = (more or {}).get("limit")
    return min(MOST, max(BLOCK, line_limit)) if isinstance(line_limit, int) else BLOCK
