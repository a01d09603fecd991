"""Describe the sender: portal name, public address, link signing, operator texts."""

from dataclasses import dataclass, field

from core.i18n import _, language
from data.settings.types import Passage, Passages


@dataclass(frozen=True, slots=True)
class MessageSender:
    operator: str
    address: str
    secret: str = field(repr=False)
    contact: str = ""  # where to answer, on one line; "" is nowhere
    passages: Passages = field(default_factory=dict)  # the distributor's, in plain words


def begun(desk: MessageSender, passage: Passage | None) -> list[str]:
    """What the distributor says first in such a mail: nothing, most often."""
    passage_text = desk.passages.get((passage, language()), "") if passage else ""
    return [passage_text] if passage_text else []


def signed(desk: MessageSender) -> str:
    """How a mail ends, in its reader's language: as the distributor says, else as the portal."""
    signature = desk.passages.get((Passage.SIGNATURE, language()), "")
    return signature or usual_signature(desk)


def usual_signature(desk: MessageSender) -> str:
    """The portal's own, with where to answer."""
    lines = [_("{operator}, Espace client", operator=desk.operator)]
    return "\n".join([*lines, *([desk.contact] if desk.contact else [])])
