"""Who writes: the name of the portal, its public address, and what signs its links."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Desk:
    operator: str
    address: str
    secret: str = field(repr=False)
