"""Collect all the faults of a sheet's line."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import Invalid, PortalError
from data.runs.files.refusals import RefusedCell

T = TypeVar("T")


class FieldFaults(Exception):
    """All faults of one line's fields, each with its column."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[RefusedCell | PortalError] = []

    def tried(self, column: str, read: Callable[[], T]) -> T | None:
        """Return the result of `read`; on a fault, record it for `column` and return None."""
        try:
            return read()
        except Invalid as error:
            params = {"column": column} | dict(error.params)
            self.errors.append(Invalid(error.message, **params))
        except RefusedCell as error:
            self.errors.append(error)
        return None
