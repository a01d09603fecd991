"""Define the base class of every table, and how times are stored."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
INSERTS: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite_insert,
    "postgresql": postgresql_insert,
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite stores it naive, so UTC is added again on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base class of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant}  # noqa: RUF012 (SQLAlchemy reads it as is)


def enum_by_value(kind: type[Any], length: int = 20) -> Enum:
    """Return a column type that stores an enumeration by value."""
    values = [member.value for member in kind]
    return Enum(kind, native_enum=False, length=length, values_callable=lambda _kind: values)


def enum_by_name(kind: type[Any], length: int = 20) -> Enum:
    """Return a column type that stores an enumeration by the name of its member."""
    return Enum(kind, native_enum=False, length=length)


def upsert(db: Session, model: type[Base]) -> Any:  # noqa: ANN401 (the INSERT of either dialect)
    """Return an INSERT into the table of `model` that supports `on_conflict_do_…`."""
    return INSERTS[db.connection().dialect.name](model)
