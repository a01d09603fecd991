"""Compare the schema with the models, whatever revision it claims, and add what it lacks.

A database that was brought forward by a commit whose migration was edited later has the newest
revision and not the newest schema. One that somebody altered by hand may have anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
    inspect,
    literal,
    text,
)

from core.database import Database
from core.errors import Conflict
from core.i18n import N_
from data.migrations import changing_schema, tables

_ALTERED = N_(
    "La base n’est plus celle de cette version : {names}. Restaurez une sauvegarde, puis relancez."
)
_MOST_NAMES = 5
_SUMS = {
    *(
        f"{table}_{change}"
        for table in ("fleet_sums", "fleet_month_sums")
        for change in ("added", "changed", "removed")
    ),
    "fleet_sums_held",
    "fleet_sums_tag_delete",
    "fleet_sums_tag_insert",
    "fleet_standings_added",
    "fleet_standings_changed",
}
_HOOKS = {"hook_control_moved", "hook_control_opened", "hook_right_gone", "hook_right_moved"}
_JOURNALS = "audit_events", "contract_events", "control_entries", "right_events"
# What migrations make that no model says, in lower case: sums and searches would be wrong without
# them, and journals could be rewritten.
_SQLITE = (
    _SUMS
    | _HOOKS
    | {f"{journal}_no_{verb}" for journal in _JOURNALS for verb in ("delete", "replace", "update")}
    | {f"{table}_search" for table in ("pces", "rights")}
    | {
        f"{table}_search_{change}"
        for table in ("pces", "rights")
        for change in ("added", "changed", "removed")
    }
)
_POSTGRESQL = (
    _SUMS
    | _HOOKS
    | {f"{journal}_no_{verb}" for journal in _JOURNALS[:3] for verb in ("delete", "update")}
    | {f"{journal}_no_truncate" for journal in _JOURNALS}
    | {"right_events_no_change"}
)
_SQLITE_PARTS = "SELECT lower(name) FROM sqlite_master WHERE type IN ('trigger', 'table')"
_POSTGRESQL_PARTS = (
    "SELECT lower(tgname) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
)


@dataclass(frozen=True, slots=True)
class Missing:
    """A table, a column or an index of the models that the database lacks."""

    table: Table
    part: Column[object] | Index | None = None
    stale: bool = False  # an index of that name is there, on other columns or not unique

    @property
    def name(self) -> str:
        if isinstance(self.part, Index):
            return str(self.part.name)
        return self.table.name if self.part is None else str(self.part)


def find_missing(connection: Connection) -> list[Missing]:
    """List what the models have and the database lacks, tables and columns before indexes."""
    return [*_tables_and_columns(connection), *_indexes(connection)]


def complete_schema(database: Database) -> list[str]:
    """Add what is missing, and return the names; raises Conflict for what cannot be added."""
    with database.engine.connect() as connection:
        whole = not find_missing(connection) and not find_altered(connection)
    if whole:
        return []
    with changing_schema(database) as connection:
        return complete(connection)


def complete(connection: Connection) -> list[str]:
    """Do the same in the transaction of *connection*.

    A column that may not be null is filled with its default of the models.
    """
    added = find_missing(connection)
    operations = Operations(MigrationContext.configure(connection))
    for missing in added:
        _add(operations, connection, missing)
    if altered := find_altered(connection):
        raise Conflict(_ALTERED, names=", ".join(altered[:_MOST_NAMES]))
    return [missing.name for missing in added]


def find_altered(connection: Connection) -> list[str]:
    """List what the database has in another way than the models, and the triggers it has lost."""
    return [*_columns(connection), *_constraints(connection), *_unmodelled_parts(connection)]


def _columns(connection: Connection) -> Iterator[str]:
    compare_type = MigrationContext.configure(connection).impl.compare_type
    found = inspect(connection).get_multi_columns()
    for table in tables().values():
        columns = {column["name"]: column for column in found[None, table.name]}
        for column in table.columns:
            there = columns[column.name]
            if there["nullable"] != column.nullable or compare_type(
                Column(column.name, there["type"]), column
            ):
                yield str(column)


def _constraints(connection: Connection) -> Iterator[str]:
    """List the unique and foreign keys of the models that the database lacks.

    SQLite cannot drop one, and takes long to tell them.
    """
    if connection.dialect.name == "sqlite":
        return
    inspector = inspect(connection)
    unique, foreign = inspector.get_multi_unique_constraints(), inspector.get_multi_foreign_keys()
    for table in tables().values():
        place = None, table.name
        keys = {("", *key["column_names"]) for key in unique[place]}
        keys |= {(key["referred_table"], *key["constrained_columns"]) for key in foreign[place]}
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                target = constraint.referred_table.name, *constraint.column_keys
            elif isinstance(constraint, UniqueConstraint):
                target = "", *constraint.columns.keys()
            else:
                continue
            if target not in keys:
                yield str(constraint.name)


def _unmodelled_parts(connection: Connection) -> Iterator[str]:
    lite = connection.dialect.name == "sqlite"
    parts = connection.exec_driver_sql(_SQLITE_PARTS if lite else _POSTGRESQL_PARTS)
    yield from sorted((_SQLITE if lite else _POSTGRESQL) - set(parts.scalars()))


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
        existing = {index["name"]: index for index in found[None, table.name]}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            there = existing.get(str(index.name))
            if there is None:
                yield Missing(table, index)
                continue
            columns = there["column_names"]
            names = [getattr(column, "name", None) for column in index.expressions]
            other = None not in [*columns, *names] and columns != names
            if other or bool(there["unique"]) != bool(index.unique):
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
