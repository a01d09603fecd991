"""Sentences with the words of another distributor in them, French whatever one reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import N_, _

UNSAID = N_("sans message")  # of a refusal that has no words
_THEIRS = "\0"  # stands for the words of the other side, which no sentence of ours has


@dataclass(frozen=True, slots=True)
class UpstreamMessage:
    """A sentence in the reader's language, and in it the words of the other side, in French."""

    before: str
    quote: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.quote}{self.after}"


def tell(sentence: str, filled: Mapping[str, Any]) -> UpstreamMessage:
    """*sentence* with what fills it, of which `reply` is in the words of the other side."""
    reply = filled.get("reply", UNSAID)
    if reply == UNSAID:
        return UpstreamMessage(_(sentence, **{**filled, "reply": _(UNSAID)}))
    before, mark, after = _(sentence, **{**filled, "reply": _THEIRS}).partition(_THEIRS)
    return UpstreamMessage(before, reply if mark else "", after)
