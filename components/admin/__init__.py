"""Administration: the people of an organisation, their invitations, what one leaves behind."""

from components.admin.ids import Ids

__all__ = ["Ids"]
