"""Access rights: the grid, the drawer, confirmations and the form."""

from components.rights.ids import Ids

__all__ = ["Ids"]
