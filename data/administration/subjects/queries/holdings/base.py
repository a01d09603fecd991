"""Types that describe which rows of a table concern a person, and their erasure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func, literal, or_, select

from core.database import Base
from data.administration.subjects.types import ERASED_MAIL, DataClass, ErasureFate, Subject
from data.notifications.models import NoticeAddress

Where = Callable[[Subject], ColumnElement[bool]]
Cut = Callable[[Any, Subject], Any]  # returns the part of a value that is about the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Rows of `table` about a person, under one name.

    `column_names` are delivered to them, `cut` extracts the part of a column that is theirs, and
    `blank` holds the values that an erasure writes into rows that stay.
    """

    name: str
    table: type[Base]
    where: Where
    column_names: str
    data_class: DataClass
    fate: ErasureFate
    blank: Mapping[str, object] = field(default_factory=dict)
    cut: Mapping[str, Cut] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.column_names.split())


erased = partial(Holding, fate=ErasureFate.ERASED)
kept = partial(Holding, fate=ErasureFate.KEPT)
blanked = partial(Holding, fate=ErasureFate.BLANKED)


def is_account(*columns: Any) -> Where:  # noqa: ANN401 (columns of a model)
    """Return the condition that one of `columns` is the person's account."""

    def where(subject: Subject) -> ColumnElement[bool]:
        if subject.user_id is None:
            return false()
        return or_(*(column == subject.user_id for column in columns))

    return where


def is_email(column: Any) -> Where:  # noqa: ANN401 (a column of a model)
    """Return the condition that `column` is the person's address, ignoring case."""
    return lambda subject: func.lower(column) == subject.email


def is_account_or_email(*conditions: Where) -> Where:
    return lambda subject: or_(*(condition(subject) for condition in conditions))


def read_by(table: Any) -> Where:  # noqa: ANN401 (a model with both readers)
    """Return the condition of messages to the person, by account or extra address."""

    def where(subject: Subject) -> ColumnElement[bool]:
        addresses = select(NoticeAddress.id).where(is_email(NoticeAddress.email)(subject))
        return or_(is_account(table.user_id)(subject), table.address_id.in_(addresses))

    return where


def has_json_text(column: Any, what: Callable[[Subject], str]) -> Where:  # noqa: ANN401 (a JSON column)
    """Return the condition that a JSON `column` contains a text about the person.

    `what` returns that text; case is ignored.
    """
    column_text = func.lower(cast(column, String))
    return lambda subject: column_text.contains(what(subject), autoescape=True)


def get_json_quoted(subject: Subject) -> str:
    """Return the person's address as a quoted JSON value, so that no longer address matches."""
    return f'"{subject.email}"'


def get_unused_email(table: Any) -> ColumnElement[str]:  # noqa: ANN401 (a model with an id)
    """Return an unused address, different for each row, because addresses are unique."""
    return (
        literal("erased-", String)
        .concat(cast(table.id, String))
        .concat(literal(f"@{ERASED_MAIL}", String))
    )
