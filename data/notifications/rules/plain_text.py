"""Make user text safe for a mail: one line, no links.

The time is linear in the length of the text, which its author chooses.
"""

import re

from core.unicode_safety import undirected

_DOTS = ".\u3002\uff0e\uff61"  # characters that a browser reads as the dot of a host
_DOT = re.compile(f"[{_DOTS}]")
_NAMES = re.compile(rf"(?P<names>[\w{_DOTS}-]+)(?P<path>[:/?#]\S*)?")
_LAST = re.compile(r"xn--[\w-]+|[^\W\d_]{2,}")  # last label of a host
_ADDRESS = re.compile(r"(?<!\w)\d{1,5}(?:\.\d{1,5}){3}(?![\w-])")


def plain(text: str) -> str:
    """Return `text` on one line, without hosts, addresses or links; else its bare words."""
    text = undirected(text)
    words = [_NAMES.sub(_without_host, word) for word in text.split() if not _is_link(word)]
    remaining_text = " ".join(" ".join(words).split())
    return remaining_text or " ".join(re.sub(r"[\W_]+", " ", text).split())


def _is_link(word: str) -> bool:
    return "://" in word or "@" in word


def _without_host(match: re.Match[str]) -> str:
    """Return `match` without a host and what follows it."""
    names = _DOT.split(match["names"])
    hosted = any(
        names[place - 1] and _LAST.fullmatch(names[place]) for place in range(1, len(names))
    )
    return " " if hosted or _ADDRESS.search(match["names"]) else match[0]
