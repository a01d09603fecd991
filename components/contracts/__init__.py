"""The screens of the digital contract: its dossier, its text, its signatures, what follows."""

from components.contracts.ids import Ids

__all__ = ["Ids"]
