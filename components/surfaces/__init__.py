"""The surface of a site: its card on the page of the PCE, and its form."""

from components.surfaces.card import surface_card
from components.surfaces.ids import Ids

__all__ = ["Ids", "surface_card"]
