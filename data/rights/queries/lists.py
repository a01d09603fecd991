"""The grid of rights: the database filters, sorts and counts, a million of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, table, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.access import Viewer
from data.pces.rules import folded, search_key
from data.rights.models import AccessRight
from data.rights.queries.visible import COLUMNS, right_row, visible
from data.rights.types import RightFilter, RightRow, RightSort, RightState

MAX_ROWS = 1000
MOST_SELECTED = 5000
TRIGRAM = 3  # letters: what is shorter is not in the index
EVERY = RightFilter()
SORTS: Mapping[RightSort, InstrumentedAttribute[Any]] = {
    RightSort.SITE: AccessRight.site_key,
    RightSort.STATE: AccessRight.state,
    RightSort.CREATED: AccessRight.created_at,
    RightSort.HOLDER: AccessRight.holder_key,
    RightSort.NUMBER: AccessRight.number,
    RightSort.ENDS: AccessRight.ends_key,
}


def list_rights(  # noqa: PLR0913 (what a grid asks for, each by its name)
    db: Session,
    viewer: Viewer,
    wanted: RightFilter = EVERY,
    *,
    sort: RightSort = RightSort.CREATED,
    descending: bool = True,
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[RightRow], int]:
    """A page of the rights the viewer may see, and how many there are in all."""
    total = _filtered(db, viewer, wanted).with_only_columns(func.count(AccessRight.id))
    key: tuple[InstrumentedAttribute[Any], ...] = (SORTS[sort], AccessRight.id)
    page = (
        _filtered(db, viewer, wanted)
        .with_only_columns(*COLUMNS)
        .order_by(*(column.desc() if descending else column.asc() for column in key))
        .offset(max(0, offset))
        .limit(max(0, min(limit, MAX_ROWS)))
    )
    return [right_row(row) for row in db.execute(page)], db.scalar(total) or 0


def count_states(db: Session, viewer: Viewer, wanted: RightFilter = EVERY) -> dict[RightState, int]:
    """How many rights are in each state, for its chip: the states asked for are not applied."""
    query = _filtered(db, viewer, wanted, states=False).with_only_columns(
        AccessRight.state, func.count(AccessRight.id)
    )
    rows = db.execute(query.group_by(AccessRight.state))
    found: dict[RightState, int] = {state: count for state, count in rows}  # noqa: C416
    return {state: found.get(state, 0) for state in RightState}


def find_uids(
    db: Session, viewer: Viewer, wanted: RightFilter, limit: int = MOST_SELECTED
) -> tuple[str, ...]:
    """Every right of a filter, for a selection across pages; at most *limit*."""
    query = _filtered(db, viewer, wanted).with_only_columns(AccessRight.uid)
    return tuple(db.scalars(query.order_by(AccessRight.id).limit(min(limit, MOST_SELECTED))))


def _filtered(
    db: Session, viewer: Viewer, wanted: RightFilter, *, states: bool = True
) -> Select[Any]:
    query = visible(viewer)
    if wanted.text.strip():
        query = query.where(_matches(db, wanted.text))
    return query.where(*_asked(viewer, wanted, states=states))


def _asked(viewer: Viewer, wanted: RightFilter, *, states: bool) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if states and wanted.states:
        found.append(AccessRight.state.in_(wanted.states))
    if wanted.roles:
        found.append(AccessRight.role.in_(wanted.roles))
    if wanted.origin:
        found.append(AccessRight.origin == wanted.origin)
    if wanted.run_id is not None:
        found.append(AccessRight.run_id == wanted.run_id)
    if wanted.organisation_id is not None and viewer.staff:
        found.append(AccessRight.organisation_id == wanted.organisation_id)
    if wanted.ending_before is not None:
        found += [
            AccessRight.state == RightState.ACTIVE,
            AccessRight.ends_key < wanted.ending_before,
        ]
    if wanted.uids:
        found.append(AccessRight.uid.in_(wanted.uids[:MOST_SELECTED]))
    return found


def _matches(db: Session, typed: str) -> ColumnElement[bool]:
    """A number however it is spaced and without its zeros, or each word somewhere in the text."""
    words = folded(typed[:200]).split()[:8]
    key = search_key(typed[:200]).casefold()
    number = [key] if key.isascii() and any(sign.isdigit() for sign in key) else []
    if db.connection().dialect.name != "sqlite":  # whose index of three letters is a table
        return or_(and_(*map(_contains, words)), *map(_contains, number))
    return or_(_found(words), *(_found([one]) for one in number))


def _contains(word: str) -> ColumnElement[bool]:
    return AccessRight.search.contains(word, autoescape=True)


def _found(words: Sequence[str]) -> ColumnElement[bool]:
    """By the index for words of three letters, by reading for shorter ones."""
    long = [word for word in words if len(word) >= TRIGRAM]
    short = [_contains(word) for word in words if len(word) < TRIGRAM]
    if not long:
        return and_(*short)
    quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    hits: Select[Any] = (
        select(literal_column("rowid"))
        .select_from(table("rights_search"))
        .where(text("rights_search MATCH :typed").bindparams(typed=quoted))
    )
    return and_(AccessRight.id.in_(hits), *short)
