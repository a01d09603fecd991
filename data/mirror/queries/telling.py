"""Sentences that were kept with what fills them, told in the reader's language."""

from collections.abc import Sequence
from typing import Any

from data.consumption.files.adict import UNSAID
from data.mirror.types import Told
from i18n import _

_THEIRS = "\0"  # stands for the words of the other side, which no sentence of ours has


def told(kept: Sequence[Any]) -> Told | None:
    """*kept* is nothing, or a sentence and what fills it; `reply` is in the words of there."""
    if not kept:
        return None
    sentence, filled = kept
    reply = filled.get("reply", UNSAID)
    if reply == UNSAID:
        return Told(_(sentence, **filled | ({"reply": _(UNSAID)} if "reply" in filled else {})))
    before, mark, after = _(sentence, **filled | {"reply": _THEIRS}).partition(_THEIRS)
    return Told(before, reply if mark else "", after)
