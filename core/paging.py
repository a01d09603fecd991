"""Cut the rows that a list shows out of all its rows."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select

MOST_ROWS = 1000  # that one request may read

S = TypeVar("S", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class RowBlock:
    """The rows to return: at most `limit`, after the first `offset`."""

    limit: int = 100
    offset: int = 0

    def cut(self, query: S) -> S:
        """Return `query` limited to these rows, and to `MOST_ROWS`."""
        return query.offset(max(0, self.offset)).limit(max(0, min(self.limit, MOST_ROWS)))


FIRST_ROWS = RowBlock()
ALL_ROWS = RowBlock(MOST_ROWS)
