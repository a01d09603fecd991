"""A statement takes a limited number of parameters."""

from collections.abc import Sequence
from typing import Any

BLOCK = 400  # ids in one statement


def blocks(items: Sequence[Any], size: int = BLOCK) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
