"""Who writes: the name of the portal, its public address, what signs its links, its own words."""

from dataclasses import dataclass, field

from data.settings.types import Passage, Passages
from i18n import _, language


@dataclass(frozen=True, slots=True)
class Desk:
    operator: str
    address: str
    secret: str = field(repr=False)
    contact: str = ""  # where to answer, on one line; "" is nowhere
    passages: Passages = field(default_factory=dict)  # the distributor's, in plain words


def begun(desk: Desk, passage: Passage | None) -> list[str]:
    """What the distributor says first in such a mail: nothing, most often."""
    said = desk.passages.get((passage, language()), "") if passage else ""
    return [said] if said else []


def signed(desk: Desk) -> str:
    """How a mail ends, in its reader's language: as the distributor says, else as the portal."""
    said = desk.passages.get((Passage.SIGNATURE, language()), "")
    return said or usual_signature(desk)


def usual_signature(desk: Desk) -> str:
    """The portal's own, with where to answer."""
    lines = [_("{operator}, Espace client", operator=desk.operator)]
    return "\n".join([*lines, *([desk.contact] if desk.contact else [])])
