"""Remove, name or escape invisible and look-alike characters."""

import re
import unicodedata

# Marks, embeddings, overrides and isolates of direction, which disguise a name as another.
_DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def undirected(text: str) -> str:
    """Return `text` without characters that change the direction of writing."""
    return text if text.isascii() else _DIRECTIONS.sub("", text)


def plain_signs(text: str) -> str:
    """Return `text` without invisible characters, and with usual digits and letters."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    if kind == "Cf":
        return ""
    return unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign


def with_unseen(text: str) -> str:
    """Return `text` with each invisible character shown as its number."""
    return text if text.isascii() else "".join(map(_visible_signs, text))


def _visible_signs(sign: str) -> str:
    return f"⟨U+{ord(sign):04X}⟩" if unicodedata.category(sign) == "Cf" else sign
