"""`/admin?part=connections`: what an organisation has at its distributor, and how it is asked."""

from components.mirror.ids import Ids

__all__ = ["Ids"]
