"""Query the rows about a person, without anybody else's data."""

import enum
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.administration.subjects.queries.holdings import HOLDINGS, Holding
from data.administration.subjects.queries.holdings.limits import LIMITS
from data.administration.subjects.queries.holdings.rights import is_standing_right
from data.administration.subjects.types import Extract, Subject
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.tag_limits import is_limited


def get_subject(db: Session, user_id: int | None, email: str) -> Subject:
    """Return the person of a request: by their account if any, else by the address."""
    query = (
        select(User.email, User.id, User.name, Organisation.id, Organisation.name)
        .add_columns(is_limited(User.id))
        .join(Organisation, Organisation.id == User.organisation_id)
    )
    row = db.execute(query.where(User.id == user_id)).one_or_none()
    if row is None:
        return Subject(email.lower())
    address, known_user_id, name, home, organisation, limited = row
    return Subject(address, known_user_id, name, home, organisation, limited=bool(limited))


def iter_extracts(db: Session, subject: Subject) -> Iterator[Extract]:
    """Yield each non-empty kind of rows about a person, in the order of `HOLDINGS`.

    A person limited to tags gets what they could read: nothing that names another PCE, except the
    rights that they hold.
    """
    for holding in HOLDINGS:
        rows = tuple(_rows(db, holding, subject))
        if rows:
            columns = holding.columns
            yield Extract(holding.name, holding.data_class, holding.fate, columns, rows)


def _rows(db: Session, holding: Holding, subject: Subject) -> Iterator[dict[str, Any]]:
    table: Any = holding.table.__table__
    query = select(*(table.c[name] for name in holding.columns)).where(holding.where(subject))
    if subject.limited and holding.name in LIMITS:
        query = query.where(LIMITS[holding.name](subject))
    for row in db.execute(query.order_by(*table.primary_key.columns)):
        values = row._asdict()
        for name, cut in holding.cut.items():
            values[name] = cut(values[name], subject)
        yield {name: get_json_value(value) for name, value in values.items()}


def get_json_value(value: object) -> object:
    """Return a value as JSON can represent it."""
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def count_rows_about(db: Session, subject: Subject) -> dict[str, int]:
    """Return the number of rows about a person by kind, without empty kinds."""
    counts = {}
    for holding in HOLDINGS:
        query = select(func.count()).select_from(holding.table).where(holding.where(subject))
        count = db.scalar(query)
        if count:
            counts[holding.name] = count
    return counts


def count_by_fate(db: Session, subject: Subject) -> list[tuple[Holding, int]]:
    """Return the holdings with rows about a person and their number, to announce an erasure."""
    counts = count_rows_about(db, subject)
    return [(holding, counts[holding.name]) for holding in HOLDINGS if holding.name in counts]


def count_standing(db: Session, subject: Subject) -> int:
    """Return the number of rights in force held by the person."""
    query = select(func.count(AccessRight.id)).where(is_standing_right(subject))
    return db.scalar(query) or 0
