"""Administration screens: people, invitations and handover."""

from components.admin.ids import Ids

__all__ = ["Ids"]
