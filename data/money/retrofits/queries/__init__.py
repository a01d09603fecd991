"""Query works, and their savings."""

from data.money.retrofits.queries.measured import get_measured, list_measured
from data.money.retrofits.queries.rows import RETROFITS, get_retrofit, list_retrofits

__all__ = ["RETROFITS", "get_measured", "get_retrofit", "list_measured", "list_retrofits"]
