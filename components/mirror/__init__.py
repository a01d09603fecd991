"""`/admin?part=connections`: an organisation's connection to its distributor."""

from components.mirror.ids import Ids

__all__ = ["Ids"]
