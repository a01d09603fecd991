"""Screens of the digital contract: dossier, text, signatures and follow-up."""

from components.contracts.ids import Ids

__all__ = ["Ids"]
