"""Compare the schema with the models, whatever revision it claims, and add what it lacks.

A database that was brought forward by a commit whose migration was edited later has the newest
revision and not the newest schema.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, Index, Table, inspect, literal, text

from core.database import Database
from core.errors import Conflict
from core.i18n import N_
from data.migrations import changing_schema, tables


@dataclass(frozen=True, slots=True)
class Missing:
    """A table, a column or an index of the models that the database lacks."""

    table: Table
    part: Column[object] | Index | None = None
    stale: bool = False  # an index of that name is there, on other columns

    @property
    def name(self) -> str:
        if isinstance(self.part, Index):
            return str(self.part.name)
        return self.table.name if self.part is None else str(self.part)


def find_missing(connection: Connection) -> list[Missing]:
    """List what the models have and the database lacks, tables and columns before indexes."""
    return [*_tables_and_columns(connection), *_indexes(connection)]


def complete_schema(database: Database) -> list[str]:
    """Add what is missing, and return the names; raises Conflict for what cannot be added.

    A column that may not be null is filled with its default of the models.
    """
    with database.engine.connect() as connection:
        if not find_missing(connection):
            return []
    with changing_schema(database) as connection:
        added = find_missing(connection)
        operations = Operations(MigrationContext.configure(connection))
        for missing in added:
            _add(operations, connection, missing)
    return [missing.name for missing in added]


def _tables_and_columns(connection: Connection) -> Iterator[Missing]:
    found = inspect(connection).get_multi_columns()
    for table in tables().values():
        columns = found.get((None, table.name))
        if columns is None:
            yield Missing(table)
            continue
        names = {column["name"] for column in columns}
        yield from (Missing(table, column) for column in table.columns if column.name not in names)


def _indexes(connection: Connection) -> Iterator[Missing]:
    found = inspect(connection).get_multi_indexes()
    for table in tables().values():
        if (None, table.name) not in found:
            continue  # a missing table comes with its indexes
        existing = {index["name"]: index["column_names"] for index in found[None, table.name]}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            columns = existing.get(str(index.name))
            wanted = [getattr(column, "name", None) for column in index.expressions]
            if columns is None:
                yield Missing(table, index)
            elif None not in [*columns, *wanted] and columns != wanted:
                yield Missing(table, index, stale=True)


def _add(operations: Operations, connection: Connection, missing: Missing) -> None:
    part = missing.part
    if part is None:
        missing.table.create(connection)
    elif isinstance(part, Index):
        if missing.stale:
            operations.drop_index(str(part.name), table_name=missing.table.name)
        part.create(connection)
    else:
        operations.add_column(missing.table.name, _addable(missing, part))


def _addable(missing: Missing, column: Column[object]) -> Column[object]:
    """Return a copy of *column* that rows already there can take."""
    copy = Column(column.name, column.type, nullable=column.nullable)
    if not column.nullable:
        default = column.default
        if default is None or not default.is_scalar:
            raise Conflict(
                N_(
                    "La base n’a pas {name}, et ne peut pas le recevoir sans y perdre : restaurez"
                    " une sauvegarde d’une version publiée, puis relancez."
                ),
                name=missing.name,
            )
        literally = {"literal_binds": True}
        value = str(literal(default.arg, column.type).compile(compile_kwargs=literally))  # type: ignore[attr-defined]
        copy = Column(column.name, column.type, nullable=False, server_default=text(value))
    return copy
