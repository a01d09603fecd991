"""The grid of rights: the database filters, sorts and counts, a million of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, table, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.access import Viewer
from data.pces.rules import folded, search_key
from data.rights.models import AccessRight
from data.rights.queries.stopped import with_stops
from data.rights.queries.visible import AROUND, COLUMNS, right_row, visible
from data.rights.types import RightFilter, RightRow, RightSort, RightState

MAX_ROWS = 1000
MOST_SELECTED = 5000
TRIGRAM = 3  # letters: what is shorter is not in the index
FEW = 20_000  # rights: up to so many are found first, then put in order
EVERY = RightFilter()
_ORDERED: Any = {"states": (), "ending_before": None, "organisation_id": None}  # told by an order
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
    total: int | None = None,
) -> tuple[list[RightRow], int]:
    """A page of the rights the viewer may see, and how many there are: counted unless known.

    Few that the index of an order does not tell are found first, and only then put in order.
    The page is found by its ids, read in an index: PostgreSQL would make all lines before it.
    """
    if total is None:
        counted = _filtered(db, viewer, wanted).with_only_columns(func.count(AccessRight.id))
        total = db.scalar(counted) or 0
    if not total:
        return [], 0
    few = total <= FEW and replace(wanted, **_ORDERED) != EVERY and _is_sqlite(db)
    key = [_column(name, plus=few) for name in (SORTS[sort].key, "id")]
    page = (
        _filtered(db, viewer, wanted, met=total > FEW, near=offset + limit <= MAX_ROWS)
        .with_only_columns(AccessRight.id)
        .order_by(*(column.desc() if descending else column.asc() for column in key))
        .offset(max(0, offset))
        .limit(max(0, min(limit, MAX_ROWS)))
    )
    ids = db.scalars(page).all()
    told = select(*COLUMNS, *AROUND).where(AccessRight.id.in_(ids))  # of visible(viewer), above
    rows = {row.id: right_row(row) for row in db.execute(told)}
    return with_stops(db, [rows[id_] for id_ in ids]), total


def count_states(db: Session, viewer: Viewer, wanted: RightFilter = EVERY) -> dict[RightState, int]:
    """How many rights are in each state, for its chip: the states asked for are not applied."""
    found = _filtered(db, viewer, wanted, states=False)
    counted = found.with_only_columns(AccessRight.state, func.count(AccessRight.id))
    by_state: Any = counted.group_by(AccessRight.state)
    rows: dict[RightState, int] = {row[0]: row[1] for row in db.execute(by_state)}
    return {state: rows.get(state, 0) for state in RightState}


def find_uids(
    db: Session, viewer: Viewer, wanted: RightFilter, limit: int = MOST_SELECTED
) -> tuple[str, ...]:
    """Every right of a filter, for a selection across pages; at most *limit*."""
    query = _filtered(db, viewer, wanted).with_only_columns(AccessRight.uid)
    return tuple(db.scalars(query.order_by(AccessRight.id).limit(min(limit, MOST_SELECTED))))


def _filtered(  # noqa: PLR0913
    db: Session,
    viewer: Viewer,
    wanted: RightFilter,
    *,
    states: bool = True,
    met: bool = False,
    near: bool = False,
) -> Select[Any]:
    """The rights of *wanted*; *met*: so many that they are met soon by going in the order asked.

    SQLite cannot tell how many rows a search finds: a plus keeps it from finding them all first.
    Those that are *near* the beginning are met sooner still without the list of all the others.
    """
    plus = met and _is_sqlite(db)
    query = visible(viewer)
    key = _column("id", plus=plus) if _is_sqlite(db) else None
    if wanted.text.strip():
        query = query.where(_matches(wanted.text, None if near and plus else key))
    if states and wanted.states:
        query = query.where(_column("state", plus=plus).in_(wanted.states))
    if wanted.roles:
        query = query.where(_column("role", plus=plus).in_(wanted.roles))
    if wanted.ending_before is not None:
        active = _column("state", plus=_is_sqlite(db)) == RightState.ACTIVE
        query = query.where(active, AccessRight.ends_key < wanted.ending_before)
    return query.where(*_asked(viewer, wanted))


def _is_sqlite(db: Session) -> bool:
    return db.connection().dialect.name == "sqlite"


def _column(name: str, *, plus: bool) -> ColumnElement[Any]:
    column: InstrumentedAttribute[Any] = getattr(AccessRight, name)
    return literal_column(f"+access_rights.{name}", column.type) if plus else column.expression


def _asked(viewer: Viewer, wanted: RightFilter) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.origin:
        found.append(AccessRight.origin == wanted.origin)
    if wanted.run_id is not None:
        found.append(AccessRight.run_id == wanted.run_id)
    if wanted.organisation_id is not None and viewer.staff:
        found.append(AccessRight.organisation_id == wanted.organisation_id)
    if wanted.uids:
        found.append(AccessRight.uid.in_(wanted.uids[:MOST_SELECTED]))
    return found


def _typed(text: str) -> tuple[list[str], str]:
    """The words, and the number that they may be; "" when they are none, or too short a one."""
    words = folded(text[:200]).split()[:8]
    key = search_key(text[:200]).casefold()
    is_number = len(key) >= TRIGRAM and key.isascii() and any(sign.isdigit() for sign in key)
    return words, key if is_number else ""


def _indexed(text: str) -> bool:
    """Whether the index of three letters finds *text*."""
    words, key = _typed(text)
    return bool(key) or any(len(word) >= TRIGRAM for word in words)


def _matches(typed: str, listed: ColumnElement[int] | None) -> ColumnElement[bool]:
    """A number however it is spaced and without its zeros, or each word somewhere in the text.

    *listed* is the id where a table lists who has three letters, as SQLite's index of them is.
    One or two letters alone, which no index finds inside words, begin the name of the site.
    """
    words, key = _typed(typed)
    if not _indexed(typed):
        first = " ".join(words)
        return and_(AccessRight.site_key >= first, AccessRight.site_key < first + "\U0010ffff")
    if not any(len(word) >= TRIGRAM for word in words):
        words = [key]  # 09 99 12: no word of it can be looked for
    told = or_(and_(*map(_contains, words)), *map(_contains, [key] if key else []))
    if listed is None:
        return told
    found = listed.in_(_hits(words, key))
    return found if all(len(word) >= TRIGRAM for word in words) else and_(found, told)


def _contains(word: str) -> ColumnElement[bool]:
    return AccessRight.search.contains(word, autoescape=True)


def _hits(words: Sequence[str], key: str) -> Select[Any]:
    """The ids of what the index finds: the long words together, or the number."""
    quoted = " AND ".join(_quoted(word) for word in words if len(word) >= TRIGRAM)
    if key and [key] != list(words):
        quoted = f"({quoted}) OR {_quoted(key)}"
    return (
        select(literal_column("rowid"))
        .select_from(table("rights_search"))
        .where(text("rights_search MATCH :typed").bindparams(typed=quoted))
    )


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
