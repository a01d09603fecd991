"""Rights for the programs of their organisation: all of them, one after the other."""

from collections.abc import Iterator

from sqlalchemy import Select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.bulk import among
from data.errors import NotFound
from data.rights.models import AccessRight
from data.rights.queries.one import HIDDEN
from data.rights.queries.visible import COLUMNS, plain_row, visible
from data.rights.types import RightRow, ToldFilter

_AT_ONCE = 500  # rows that stand in memory


def every_right(db: Session, viewer: Viewer, wanted: ToldFilter) -> Iterator[RightRow]:
    """Each right that *wanted* keeps, by state and then as they were declared.

    In the order of the index, so that the first comes at once and none is sorted; they are read as
    they are taken, from one statement, whose rows are those of the moment it began.
    """
    query = _kept(db, visible(viewer), wanted).order_by(AccessRight.state, AccessRight.id)
    query = query.with_only_columns(*COLUMNS).execution_options(yield_per=_AT_ONCE)
    for row in db.execute(query):
        yield plain_row(row)


def told_right(db: Session, viewer: Viewer, uid: str) -> RightRow:
    """One of them; NotFound when it is absent or hidden."""
    query = visible(viewer).with_only_columns(*COLUMNS).where(AccessRight.uid == uid)
    found = db.execute(query).one_or_none()
    if found is None:
        raise NotFound(HIDDEN)
    return plain_row(found)


def _kept(db: Session, query: Select[AccessRight], wanted: ToldFilter) -> Select[AccessRight]:
    if wanted.numbers:
        query = query.where(among(db, AccessRight.number, wanted.numbers))
    for column, values in (
        (AccessRight.role, wanted.roles),
        (AccessRight.state, wanted.states),
        (AccessRight.proof_state, wanted.proofs),
    ):
        if values:
            query = query.where(column.in_(values))
    return query
