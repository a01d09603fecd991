"""Controls of proofs: the client's grid and drawer, the thread that both sides read."""

from components.controls.ids import Ids

__all__ = ["Ids"]
