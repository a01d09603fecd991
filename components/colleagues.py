"""Name the colleagues who can do what the viewer cannot."""

from collections.abc import Sequence

from core.i18n import _

MOST_NAMED = 3


def any_of(names: Sequence[str]) -> str:
    """Return `Ada`, `Ada ou Abel`, `Ada, Abel ou Anna`; without names, who it is by role."""
    if not names:
        return _("un administrateur de votre organisation")
    *others, last = names[:MOST_NAMED]
    return _("{others} ou {last}", others=", ".join(others), last=last) if others else last


def sentence_of(names: Sequence[str], act: str) -> str:
    """Return `Ada ou Abel peut {act}.`, with a capital letter."""
    words = _("{who} peut {act}.", who=any_of(names), act=act)
    return words[0].upper() + words[1:]
