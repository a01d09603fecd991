"""All that is wrong with a line of a sheet, told at once."""

from collections.abc import Callable
from typing import TypeVar

from data.errors import Invalid, PortalError
from data.runs.files.refused import Refused

T = TypeVar("T")


class Faults(Exception):
    """What the fields of one line are refused for, each with its column."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[Refused | PortalError] = []

    def tried(self, column: str, read: Callable[[], T]) -> T | None:
        """What *read* finds, or None and its fault told of *column*."""
        try:
            return read()
        except Invalid as error:
            told = {"column": column} | dict(error.params)
            self.errors.append(Invalid(error.message, **told))
        except Refused as error:
            self.errors.append(error)
        return None
