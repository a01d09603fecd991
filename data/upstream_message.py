"""Messages that quote another distributor, whose words are in French in any language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import N_, _

UNSAID = N_("sans message")  # for a refusal without words
_THEIRS = "\0"  # placeholder for the other side's words, in no sentence of ours


@dataclass(frozen=True, slots=True)
class UpstreamMessage:
    """A message in the reader's language that quotes the other side in French."""

    before: str
    quote: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.quote}{self.after}"


def tell(sentence: str, filled: Mapping[str, Any]) -> UpstreamMessage:
    """Return `sentence` filled in; `reply` is quoted from the other side."""
    reply = filled.get("reply", UNSAID)
    if reply == UNSAID:
        return UpstreamMessage(_(sentence, **{**filled, "reply": _(UNSAID)}))
    before, mark, after = _(sentence, **{**filled, "reply": _THEIRS}).partition(_THEIRS)
    return UpstreamMessage(before, reply if mark else "", after)
