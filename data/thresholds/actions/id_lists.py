"""Pass many ids in one parameter, which costs less than a list of each."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.database import Prepared, Rows

_AMONG = {
    "sqlite": "IN (SELECT value FROM json_each(:ids))",
    # For an untyped array, the server would compare each row with each id in turn.
    "postgresql": "= ANY(CAST(:ids AS integer[]))",
}


class ById:
    """A SELECT of the rows whose `column` is one of some ids, compiled once for each database."""

    def __init__(self, query: Any, column: Any) -> None:  # noqa: ANN401 (any Select, any column)
        place = column.expression  # its table and its name
        self._asked = {
            name: Prepared(query.where(text(f"{place} {words}"))) for name, words in _AMONG.items()
        }

    def rows(self, db: Session, ids: Collection[int], **values: Any) -> Rows:  # noqa: ANN401
        """Return the rows of `ids`; `values` are the other parameters."""
        unique_ids, name = sorted(set(ids)), db.connection().dialect.name
        ids_ = json.dumps(unique_ids) if name == "sqlite" else array_text(unique_ids)
        return self._asked[name].rows(db, {"ids": ids_, **values})


def array_text(ids: Iterable[int]) -> str:
    """Return a PostgreSQL array as text: the driver is slower with numbers one by one."""
    return "{" + ",".join(map(str, ids)) + "}"
