"""What others wrote, made fit for a mail: one line, and nothing that a reader could follow."""

import re

from data.signs import undirected

_DOT = r"[.\u3002\uff0e\uff61]"  # what a browser takes for the dot of a host
_HOST = rf"(?:[\w-]+{_DOT})+(?:xn--[\w-]+|[^\W\d_]{{2,}})"
_LINK = re.compile(rf"\S*(?:://|@)\S*|(?<!\w)(?:{_HOST}|\d+(?:\.\d+){{3}})(?![\w-])(?:[:/?#]\S*)?")


def plain(text: str) -> str:
    """*text* on one line, without hosts, addresses or links; its bare words when that is all."""
    text = undirected(text)
    left = " ".join(_LINK.sub(" ", text).split())
    return left or " ".join(re.sub(r"[\W_]+", " ", text).split())
