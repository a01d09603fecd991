"""Compute the same date a year before in SQL: NULL, or no date, for 29 February."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class year_before(GenericFunction[date]):  # noqa: N801 (named as it is used)
    """`rules.calendar.same_day` one year back, for a column of days."""

    type = Date()
    inherit_cache = True


def _on_sqlite(element: year_before, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    day = compiler.process(element.clauses, **options)
    return f"(printf('%04d', substr({day}, 1, 4) - 1) || substr({day}, 5))"


def _on_postgresql(element: year_before, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    day = compiler.process(element.clauses, **options)
    is_regular_day = f"to_char({day}, 'MMDD') <> '0229'"
    return f"(CASE WHEN {is_regular_day} THEN ({day} - interval '1 year')::date END)"


compiles(year_before, "sqlite")(_on_sqlite)
compiles(year_before, "postgresql")(_on_postgresql)
