"""Parse which detail an address of the connections page opens."""

from collections.abc import Mapping

from components.kit.pager import page_of
from components.mirror.ids import Ids
from data.mirror.types import DriftKind, MirrorDetail

PLACE = "/admin?part=connections"
_LIST = f"#{Ids.DRIFTS}"  # where it is on the page
_DIGITS = 9


def place_of(kind: DriftKind | None, after: int = 0) -> str:
    """Where differences of a *kind* are shown, of all for None; those that follow *after*."""
    of = f"&ecart={kind.value}" if kind else ""
    return PLACE + of + (f"&suite={after}" if after else "") + _LIST


def sent_at(page: int) -> str:
    """Where a page of what leaves is shown."""
    return PLACE + (f"&envois={page}" if page > 1 else "") + f"#{Ids.SENDINGS}"


def looked_at(query: Mapping[str, str]) -> MirrorDetail:
    """The kind of drift, the round, and the pages of drifts and of what leaves of an address."""
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
