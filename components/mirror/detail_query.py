"""Parse which detail an address of the connections page opens."""

from collections.abc import Mapping

from components.kit.pager import page_of
from components.mirror.ids import Ids
from data.exchange.mirror.types import DriftKind, MirrorDetail

PLACE = "/admin?part=connections"
_LIST = f"#{Ids.DRIFTS}"  # position in the page
_DIGITS = 9


def drifts_address(kind: DriftKind | None, after: int = 0) -> str:
    """Return the address of the differences of a kind (None for all), after the id `after`."""
    of = f"&ecart={kind.value}" if kind else ""
    return PLACE + of + (f"&suite={after}" if after else "") + _LIST


def sendings_address(page: int) -> str:
    """Return the address of a page of messages."""
    return PLACE + (f"&envois={page}" if page > 1 else "") + f"#{Ids.SENDINGS}"


def read_detail(query: Mapping[str, str]) -> MirrorDetail:
    """Return the open details of an address: kind of difference, round and pages."""
    kind = query.get("ecart", "")
    return MirrorDetail(
        DriftKind(kind) if kind in set(DriftKind) else None,
        _key(query.get("passage", "")) or None,
        _key(query.get("suite", "")),
        page_of(query.get("envois")),
    )


def _key(text: str) -> int:
    is_key = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_key else 0
