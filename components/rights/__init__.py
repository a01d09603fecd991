"""Access rights: the grid, the drawer of one, what is asked before an end, the form."""

from components.rights.ids import Ids

__all__ = ["Ids"]
