"""What others wrote, made fit for a mail: one line, and nothing that a reader could follow.

It takes a time that grows with the length of the text: whoever writes it chooses that length.
"""

import re

from data.signs import undirected

_DOTS = ".\u3002\uff0e\uff61"  # what a browser takes for the dot of a host
_DOT = re.compile(f"[{_DOTS}]")
_NAMES = re.compile(rf"(?P<names>[\w{_DOTS}-]+)(?P<path>[:/?#]\S*)?")
_LAST = re.compile(r"xn--[\w-]+|[^\W\d_]{2,}")  # of the names of a host
_ADDRESS = re.compile(r"(?<!\w)\d{1,5}(?:\.\d{1,5}){3}(?![\w-])")


def plain(text: str) -> str:
    """*text* on one line, without hosts, addresses or links; its bare words when that is all."""
    text = undirected(text)
    words = [_NAMES.sub(_without_host, word) for word in text.split() if not _is_link(word)]
    left = " ".join(" ".join(words).split())
    return left or " ".join(re.sub(r"[\W_]+", " ", text).split())


def _is_link(word: str) -> bool:
    return "://" in word or "@" in word


def _without_host(found: re.Match[str]) -> str:
    """What is left of *found*: nothing of a host, nor of what follows it."""
    names = _DOT.split(found["names"])
    hosted = any(
        names[place - 1] and _LAST.fullmatch(names[place]) for place in range(1, len(names))
    )
    return " " if hosted or _ADDRESS.search(found["names"]) else found[0]
