"""Query the grid of rights, filtered, sorted and counted by the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.access import Viewer
from core.errors import Invalid
from core.i18n import N_
from core.paging import FIRST_ROWS, MOST_ROWS, RowBlock
from data.metering.pces.queries import (
    TRIGRAM,
    get_index_hits_query,
    has_more_rows,
    is_indexed,
    is_sqlite,
    read_search_words,
)
from data.rights.models import AccessRight
from data.rights.queries.letter_opt_outs import list_with_stops
from data.rights.queries.visible import AROUND, COLUMNS, read_right_row, visible
from data.rights.types import RightFilter, RightRow, RightSort, RightState

MOST_SELECTED = 5000
_INDEX = "rights_search"
FEW = 20_000  # rights: up to so many are selected first, then sorted
EVERY = RightFilter()
# filters satisfied early when walking an index, if many rights match
_MET: Any = {"text": "", "states": ()}
# filters that an index answers
_ORDERED: Any = {"states": (), "ending_before": None, "organisation_id": None}
SORTS: Mapping[RightSort, InstrumentedAttribute[Any]] = {
    RightSort.SITE: AccessRight.site_key,
    RightSort.STATE: AccessRight.state,
    RightSort.CREATED: AccessRight.created_at,
    RightSort.HOLDER: AccessRight.holder_key,
    RightSort.NUMBER: AccessRight.number,
    RightSort.ENDS: AccessRight.ends_key,
}


def list_rights(
    db: Session,
    viewer: Viewer,
    wanted: RightFilter = EVERY,
    *,
    sort: RightSort = RightSort.CREATED,
    descending: bool = True,
    block: RowBlock = FIRST_ROWS,
) -> list[RightRow]:
    """Return a page of the visible rights.

    Few matching rights are selected first and then sorted, unless an index gives their order. The
    page is found by ids in an index: PostgreSQL would otherwise build all lines before it.
    """
    many = wanted == EVERY or _are_many(db, viewer, wanted)
    few = not many and replace(wanted, **_ORDERED) != EVERY and is_sqlite(db)
    key = [_column(name, plus=few) for name in (SORTS[sort].key, "id")]
    near = (
        block.offset + block.limit <= MOST_ROWS
        and viewer.staff
        and replace(wanted, **_MET) == EVERY
    )
    page = (
        get_filtered_query(
            db, viewer, wanted, met=many, near=near, by_id=few and is_indexed(wanted.text)
        )
        .with_only_columns(AccessRight.id)
        .order_by(*(column.desc() if descending else column.asc() for column in key))
    )
    ids = db.scalars(block.cut(page)).all()
    row_query = select(*COLUMNS, *AROUND).where(
        AccessRight.id.in_(ids)
    )  # already restricted by visible(viewer) above
    rows = {row.id: read_right_row(row) for row in db.execute(row_query)}
    return list_with_stops(db, [rows[id_] for id_ in ids])


def count_rights(db: Session, viewer: Viewer, criteria: RightFilter = EVERY) -> int:
    """Return the exact number of matching rights."""
    query = _counted(db, viewer, criteria)
    return db.scalar(query.with_only_columns(func.count(AccessRight.id))) or 0


def count_states(
    db: Session, viewer: Viewer, criteria: RightFilter = EVERY
) -> dict[RightState, int]:
    """Count the rights in each state, ignoring the state filter."""
    query = _counted(db, viewer, replace(criteria, states=()))
    counted = query.with_only_columns(AccessRight.state, func.count(AccessRight.id))
    by_state: Any = counted.group_by(AccessRight.state)
    rows: dict[RightState, int] = {row[0]: row[1] for row in db.execute(by_state)}
    return {state: rows.get(state, 0) for state in RightState}


def find_uids(
    db: Session, viewer: Viewer, criteria: RightFilter, limit: int | None = None
) -> tuple[str, ...]:
    """Return all uids of a filter, for a selection across pages, or the first `limit`."""
    query = get_filtered_query(db, viewer, criteria).with_only_columns(AccessRight.uid)
    return tuple(db.scalars(query.order_by(AccessRight.id).limit(limit)))


def read_chosen_uids(uids: Collection[str]) -> tuple[str, ...]:
    """Return chosen uids, sorted and unique; raise Invalid when there are too many."""
    unique_uids = tuple(sorted(set(uids)))
    if len(unique_uids) > MOST_SELECTED:
        raise Invalid(N_("Choisissez au plus {most} droits à la fois."), most=MOST_SELECTED)
    return unique_uids


def find_numbers(db: Session, viewer: Viewer, criteria: RightFilter, limit: int) -> tuple[str, ...]:
    """Return the PCE numbers of a filter, sorted and unique, at most `limit`."""
    query = (
        get_filtered_query(db, viewer, criteria).with_only_columns(AccessRight.number).distinct()
    )
    return tuple(db.scalars(query.order_by(AccessRight.number).limit(limit)))


def get_filtered_query(
    db: Session,
    viewer: Viewer,
    criteria: RightFilter,
    *,
    met: bool = False,
    near: bool = False,
    by_id: bool = False,
) -> Select[Any]:
    """Select the rights of `criteria`.

    `met` when many match, so that walking an index finds them soon. SQLite cannot estimate the
    matches of a search: a unary plus keeps it from selecting them all first. `near`: matches close
    to the start need no list of all others. `by_id`: the few matches of a text search are read by
    id, whatever other index there is.
    """
    plus = met and is_sqlite(db)
    query = visible(viewer, met=by_id)
    key = _column("id", plus=plus) if is_sqlite(db) else None
    if is_indexed(criteria.text):
        query = query.where(_matches(criteria.text, None if near and plus else key))
    elif criteria.text.strip():
        query = query.where(_begins(db, criteria.text))
    if criteria.states:
        query = query.where(_column("state", plus=plus or by_id).in_(criteria.states))
    if criteria.roles:
        query = query.where(_column("role", plus=plus or by_id).in_(criteria.roles))
    if criteria.ending_before is not None:
        active = _column("state", plus=is_sqlite(db)) == RightState.ACTIVE
        query = query.where(active, AccessRight.ends_key < criteria.ending_before)
    return query.where(*_get_conditions(viewer, criteria, _column("organisation_id", plus=by_id)))


def _are_many(db: Session, viewer: Viewer, criteria: RightFilter) -> bool:
    """Return whether more than FEW rights match, which SQLite needs to know; stops counting there.

    For a text search, rights of every organisation count: the trigram index alone is instantaneous.
    """
    if not is_sqlite(db):
        return False
    if is_indexed(criteria.text):
        matching_ids = get_index_hits_query(_INDEX, *read_search_words(criteria.text))
    else:
        matching_ids = get_filtered_query(db, viewer, criteria).with_only_columns(AccessRight.id)
    return has_more_rows(db, matching_ids, FEW)


def _counted(db: Session, viewer: Viewer, criteria: RightFilter) -> Select[Any]:
    """Select the rights to count, in SQLite's fastest way for a text search.

    Few trigram matches are read one by one; for many, each state is walked in a covering index:
    reading whole rows would take three times longer.
    """
    if not (is_sqlite(db) and is_indexed(criteria.text)):
        return get_filtered_query(db, viewer, criteria)
    if not _are_many(db, viewer, criteria):
        return get_filtered_query(db, viewer, criteria, by_id=True)
    every = AccessRight.state.in_(criteria.states or tuple(RightState))
    return get_filtered_query(db, viewer, replace(criteria, states=()), met=True).where(every)


def _column(name: str, *, plus: bool) -> ColumnElement[Any]:
    column: InstrumentedAttribute[Any] = getattr(AccessRight, name)
    return literal_column(f"+access_rights.{name}", column.type) if plus else column.expression


def _get_conditions(
    viewer: Viewer, wanted: RightFilter, organisation: ColumnElement[int]
) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.origin:
        conditions.append(AccessRight.origin == wanted.origin)
    if wanted.relayed is not None:
        conditions.append(AccessRight.relayed.is_(wanted.relayed))
    if wanted.run_id is not None:
        conditions.append(AccessRight.run_id == wanted.run_id)
    if wanted.organisation_id is not None and viewer.staff:
        conditions.append(organisation == wanted.organisation_id)
    if wanted.uids:
        conditions.append(AccessRight.uid.in_(wanted.uids[:MOST_SELECTED]))
    return conditions


def _matches(typed: str, listed: ColumnElement[int] | None) -> ColumnElement[bool]:
    """Return whether the number, or each word, is in the search text.

    `listed` is the id column when SQLite's trigram index can be used.
    """
    words, key = read_search_words(typed)
    in_text = or_(and_(*map(_contains, words)), *map(_contains, [key] if key else []))
    if listed is None:
        return in_text
    in_index = listed.in_(get_index_hits_query(_INDEX, words, key))
    return in_index if all(len(word) >= TRIGRAM for word in words) else and_(in_index, in_text)


def _begins(db: Session, typed: str) -> ColumnElement[bool]:
    """Return whether the site's name starts with one or two letters, too short for the index.

    SQLite's index uses bounds; PostgreSQL's depends on the database's collation.
    """
    first = " ".join(read_search_words(typed)[0])
    if is_sqlite(db):
        return and_(AccessRight.site_key >= first, AccessRight.site_key < first + "\U0010ffff")
    return AccessRight.site_key.startswith(first, autoescape=True)


def _contains(word: str) -> ColumnElement[bool]:
    return AccessRight.search.contains(word, autoescape=True)
