"""Exports: the form and what it would give, the files made, those made again each month."""

from components.exports.ids import Ids

__all__ = ["Ids"]
