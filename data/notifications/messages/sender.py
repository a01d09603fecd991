"""Describe the sender: portal name, public address, link signing, operator texts."""

from dataclasses import dataclass, field

from core.i18n import _, language
from data.identity.settings.types import Passage, Passages


@dataclass(frozen=True, slots=True)
class MessageSender:
    operator: str
    address: str
    secret: str = field(repr=False)
    contact: str = ""  # where to answer, on one line; "" for nowhere
    passages: Passages = field(default_factory=dict)  # the distributor's texts


def begun(desk: MessageSender, passage: Passage | None) -> list[str]:
    """Return the distributor's opening of such a mail, if any."""
    passage_text = desk.passages.get((passage, language()), "") if passage else ""
    return [passage_text] if passage_text else []


def signed(desk: MessageSender) -> str:
    """Return the signature of a mail: the distributor's, else the portal's."""
    signature = desk.passages.get((Passage.SIGNATURE, language()), "")
    return signature or usual_signature(desk)


def usual_signature(desk: MessageSender) -> str:
    """Return the portal's signature, with the contact."""
    lines = [_("{operator}, Espace client", operator=desk.operator)]
    return "\n".join([*lines, *([desk.contact] if desk.contact else [])])
