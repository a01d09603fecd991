"""Stream an organisation's rights to its programs."""

from collections.abc import Iterator

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.bulk import is_among
from core.errors import NotFound
from data.rights.models import AccessRight
from data.rights.queries.detail import HIDDEN
from data.rights.queries.visible import COLUMNS, read_plain_right_row, visible
from data.rights.types import ProgramRightFilter, RightRow

_AT_ONCE = 500  # rows held in memory


def iter_rights(db: Session, viewer: Viewer, criteria: ProgramRightFilter) -> Iterator[RightRow]:
    """Yield the rights that match `criteria`, by state, then in order of declaration.

    They follow an index, so that nothing is sorted, and are streamed from one statement.
    """
    query = _get_filtered_query(db, visible(viewer), criteria).order_by(
        AccessRight.state, AccessRight.id
    )
    query = query.with_only_columns(*COLUMNS).execution_options(yield_per=_AT_ONCE)
    for row in db.execute(query):
        yield read_plain_right_row(row)


def get_right_state(db: Session, viewer: Viewer, uid: str) -> RightRow:
    """Return one right; raise NotFound when it is not visible."""
    query = visible(viewer).with_only_columns(*COLUMNS).where(AccessRight.uid == uid)
    record = db.execute(query).one_or_none()
    if record is None:
        raise NotFound(HIDDEN)
    return read_plain_right_row(record)


def _get_filtered_query(
    db: Session, query: Select[AccessRight], criteria: ProgramRightFilter
) -> Select[AccessRight]:
    if criteria.numbers:
        query = query.where(is_among(db, AccessRight.number, criteria.numbers))
    for column, values in (
        (AccessRight.role, criteria.roles),
        (AccessRight.state, criteria.states),
        (AccessRight.proof_state, criteria.proofs),
    ):
        if values:
            query = query.where(column.in_(values))
    return query
