"""Remove, name or escape invisible and look-alike characters."""

import re
import unicodedata

# Marks, embeddings, overrides and isolates of direction: a name with one shows as another.
_DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def undirected(text: str) -> str:
    """*text* without what turns the direction of writing round."""
    return text if text.isascii() else _DIRECTIONS.sub("", text)


def plain_signs(text: str) -> str:
    """*text* without the signs that nobody sees, its digits and wide letters the usual ones."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    if kind == "Cf":
        return ""
    return unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign


def with_unseen(text: str) -> str:
    """*text* to be looked at: each sign that nobody sees stands as its number."""
    return text if text.isascii() else "".join(map(_visible_signs, text))


def _visible_signs(sign: str) -> str:
    return f"⟨U+{ord(sign):04X}⟩" if unicodedata.category(sign) == "Cf" else sign
