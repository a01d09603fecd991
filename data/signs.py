"""Signs that nobody sees, and that change what is read: taken out of what others write."""

import re

# Marks, embeddings, overrides and isolates of direction: a name with one shows as another.
_DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def undirected(text: str) -> str:
    """*text* without what turns the direction of writing round."""
    return text if text.isascii() else _DIRECTIONS.sub("", text)
