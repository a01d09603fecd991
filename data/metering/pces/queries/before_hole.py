"""The last readable day before the hole of a grant that holds a day, in SQL."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from data.metering.pces.rules import DAYS


class before_hole(GenericFunction[date]):  # noqa: N801 (named as it is used)
    """The day before the hole in daily readings that contains a day, else NULL.

    From `PceGrant.holes`.
    """

    type = Date()
    inherit_cache = True


_SQLITE = """(SELECT date(substr(word.value, 2, 10), '-1 day')
FROM json_each('["' || replace(:holes, ' ', '","') || '"]') AS word
WHERE substr(word.value, 1, 1) = ':sort'
AND :day BETWEEN substr(word.value, 2, 10) AND substr(word.value, 13, 10))"""
_POSTGRESQL = """(SELECT substr(word.value, 2, 10)::date - 1
FROM unnest(string_to_array(:holes, ' ')) AS word(value)
WHERE left(word.value, 1) = ':sort'
AND :day BETWEEN substr(word.value, 2, 10)::date AND substr(word.value, 13, 10)::date)"""


def _on_sqlite(element: before_hole, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return _filled(_SQLITE, element, compiler, options)


def _on_postgresql(element: before_hole, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return _filled(_POSTGRESQL, element, compiler, options)


def _filled(sql: str, element: before_hole, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    holes, day = (compiler.process(clause, **options) for clause in element.clauses)
    return sql.replace(":sort", DAYS).replace(":holes", holes).replace(":day", day)


compiles(before_hole, "sqlite")(_on_sqlite)
compiles(before_hole, "postgresql")(_on_postgresql)
