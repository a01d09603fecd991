"""Rows of many ids, asked for in one parameter: a list of each would cost more than the query."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ARRAY, Integer, String, any_, bindparam, cast, func, select
from sqlalchemy.orm import Session

from data.db import Prepared, Rows

_IDS = bindparam("ids", type_=String)


class ById:
    """A SELECT of the rows whose *column* is one of some ids, compiled once for each database."""

    def __init__(self, query: Any, column: Any) -> None:  # noqa: ANN401 (any Select, any column)
        each = func.json_each(_IDS).table_valued("value")
        array = cast(_IDS, ARRAY(Integer))
        self._asked = {
            "sqlite": Prepared(query.where(column.in_(select(each.c.value)))),
            "postgresql": Prepared(query.where(column == any_(array))),
        }

    def rows(self, db: Session, ids: Collection[int], **values: Any) -> Rows:  # noqa: ANN401
        """The rows of *ids*; *values* are those of its other parameters."""
        wanted, name = sorted(set(ids)), db.connection().dialect.name
        text = json.dumps(wanted) if name == "sqlite" else array_text(wanted)
        return self._asked[name].rows(db, {"ids": text, **values})


def array_text(ids: Iterable[int]) -> str:
    """A PostgreSQL array as text: its driver takes longer to write numbers one by one."""
    return "{" + ",".join(map(str, ids)) + "}"
