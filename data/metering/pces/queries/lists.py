"""Search, list and show the readable PCEs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.access import Viewer
from core.paging import FIRST_ROWS, RowBlock
from core.records import copy_fields
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce, PceGrant, PceTag
from data.metering.pces.queries.matching import (
    count_unmatched_words,
    get_match_rank,
    get_near_matches_query,
    is_match,
)
from data.metering.pces.queries.spelling import correct_search
from data.metering.pces.queries.visible import (
    can_read,
    get_last_readable_day,
    get_readable_until,
    visible,
    visible_with_grant,
)
from data.metering.pces.rules import LENGTH, bare_typed, edits, freshness_bounds, storable
from data.metering.pces.types import Frequency, PceFilter, PceFreshness, PceRow
from data.tag_limits import knows_tag

SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "alias": Pce.search,  # starts with the folded alias
    "number": Pce.number,
    "city": Pce.city,
    "postal_code": Pce.postal_code,
    "holder": Organisation.name,
    "frequency": Pce.frequency,
    "tariff": Pce.tariff,
}
MAX_ROWS = 1000
CANDIDATES = 300  # PCEs compared when looking for the nearest numbers
SLIPS = 2  # typing errors; more of them make another number
WRONG = 4  # characters at one end of a number that may hold its errors
EVERYTHING = PceFilter()


def get_pce_columns(viewer: Viewer) -> tuple[Any, ...]:
    return (
        Pce.id,
        Pce.number,
        Pce.alias,
        Pce.city,
        Pce.postal_code,
        func.coalesce(Organisation.name, "").label("holder"),
        Pce.frequency,
        _tariff(viewer).label("tariff"),
        get_last_readable_day(viewer).label("data_until"),
        find_service_end_column(viewer).label("ended_on"),
        get_readable_until(viewer).label("readable_until"),
    )


def _has_all(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether every day the viewer may ever read is present, so that nothing is late."""
    return func.coalesce(get_readable_until(viewer) <= get_last_readable_day(viewer), false())


def _tariff(viewer: Viewer) -> ColumnElement[str]:
    """Return the tariff, or "" if the viewer cannot read contractual data."""
    if viewer.staff:
        return Pce.tariff.expression
    return case((can_read(viewer, PceGrant.contractual), Pce.tariff), else_="")


def find_service_end_column(viewer: Viewer) -> ColumnElement[date | None]:
    """Return the last day in service, unless it is after the days that the viewer may read."""
    if viewer.staff:
        return Pce.ended_on.expression
    mine = Pce.holder_id == viewer.organisation_id
    return case((mine, Pce.ended_on), (PceGrant.last_day < Pce.ended_on, None), else_=Pce.ended_on)


def list_pce_rows(db: Session, viewer: Viewer, query: Select[Any]) -> list[PceRow]:
    rows = db.execute(query).all()
    tags: dict[int, list[str]] = {row.id: [] for row in rows}
    if tags:
        for pce_id, tag in db.execute(
            select(PceTag.pce_id, PceTag.tag)
            .where(
                PceTag.pce_id.in_(tags),
                PceTag.organisation_id == viewer.organisation_id,
                knows_tag(viewer, PceTag.tag),
            )
            .order_by(PceTag.tag)
        ):
            tags[pce_id].append(tag)
    return [copy_fields(PceRow, row, tags=tuple(tags[row.id])) for row in rows]


def search_pces(db: Session, viewer: Viewer, text: str, limit: int = 12) -> list[PceRow]:
    """Return the PCEs that match `text`, ignoring spaces, lost zeros, accents, case and slips.

    Numbers come first, then names that start with the first word, then names with a word that does;
    within each, names in which every typed word starts a word.
    """
    text = correct_search(db, viewer, text)
    query = (
        get_near_matches_query(
            db, viewer, visible_with_grant(viewer, *get_pce_columns(viewer)), text
        )
        .where(is_match(viewer, text))
        .order_by(get_match_rank(text), count_unmatched_words(text), Pce.search, Pce.number)
        .limit(min(limit, MAX_ROWS))
    )
    return list_pce_rows(db, viewer, query)


def find_neighbour(db: Session, viewer: Viewer, number: str, *, after: bool) -> str | None:
    """Return the visible PCE after `number` by name, or before it, round the list; None if hidden.

    A viewer of a single PCE is led back to it.
    """
    name = db.scalar(visible(viewer).with_only_columns(Pce.search).where(Pce.number == number))
    if name is None:
        return None
    place, here = tuple_(Pce.search, Pce.number), tuple_(name, number)
    order = [(column.asc() if after else column.desc()) for column in (Pce.search, Pce.number)]
    query = visible(viewer).with_only_columns(Pce.number).order_by(*order).limit(1)
    return db.scalar(query.where(place > here if after else place < here)) or db.scalar(query)


def list_chosen(db: Session, viewer: Viewer, numbers: Sequence[str]) -> list[PceRow]:
    """Return the visible PCEs of `numbers`, by name."""
    query = visible_with_grant(viewer, *get_pce_columns(viewer)).where(Pce.number.in_(numbers))
    return list_pce_rows(db, viewer, query.order_by(Pce.search, Pce.number))


def list_alike(db: Session, viewer: Viewer, text: str, limit: int = 5) -> list[PceRow]:
    """Return the visible PCEs that a mistyped `text` may mean: nearest number first, else by name.

    Its first or its last four characters are assumed correct, so that an index can be used.
    """
    typed_text = bare_typed(text)[:20]
    full_number = typed_text.zfill(LENGTH) if typed_text.isdigit() else typed_text
    if len(typed_text) > WRONG and typed_text.isascii() and typed_text.isalnum():
        near = or_(
            Pce.number == full_number,
            Pce.number.startswith(typed_text[:-WRONG]),
            Pce.number.endswith(typed_text[-WRONG:]),
        )
        query = visible(viewer).with_only_columns(Pce.number).where(near)
        numbers = db.scalars(query.order_by((Pce.number == full_number).desc()).limit(CANDIDATES))
        slips = {n: min(edits(full_number, n), edits(typed_text, n)) for n in numbers}
        nearest = sorted((n for n in slips if slips[n] <= SLIPS), key=lambda n: (slips[n], n))
        if nearest:
            nearest_query = visible_with_grant(viewer, *get_pce_columns(viewer)).where(
                Pce.number.in_(nearest[:limit])
            )
            return sorted(
                list_pce_rows(db, viewer, nearest_query), key=lambda row: nearest.index(row.number)
            )
    return search_pces(db, viewer, text, limit)


def is_fresh(viewer: Viewer, state: PceFreshness) -> ColumnElement[bool]:
    latest, over = get_last_readable_day(viewer), find_service_end_column(viewer)
    if state is PceFreshness.CLOSED:
        return and_(over.is_not(None), over < viewer.today)
    served = or_(over.is_(None), over >= viewer.today)
    if state is PceFreshness.NEVER:
        return and_(served, latest.is_(None))
    expected = _expected(state, viewer.today, latest)
    state_condition = (
        or_(_has_all(viewer), expected)
        if state is PceFreshness.FRESH
        else and_(not_(_has_all(viewer)), expected)
    )
    return and_(served, latest.is_not(None), state_condition)


def _expected(state: PceFreshness, today: date, latest: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether `latest` is in `state`; frequencies with the same bounds are grouped."""
    frequencies_by_bounds: dict[tuple[date | None, date | None], list[Frequency]] = {}
    for frequency in Frequency:
        frequencies_by_bounds.setdefault(freshness_bounds(state, frequency, today), []).append(
            frequency
        )
    return or_(
        *(
            and_(
                Pce.frequency.in_(frequencies),
                latest >= first if first else true(),
                latest <= last if last else true(),
            )
            for (first, last), frequencies in frequencies_by_bounds.items()
        )
    )


def get_filtered_query(viewer: Viewer, query: Select[Any], criteria: PceFilter) -> Select[Any]:
    """Restrict `query`, with the grant joined, to the PCEs that match `criteria`."""
    if criteria.text.strip():
        query = query.where(is_match(viewer, criteria.text))
    if criteria.unheld:
        query = query.where(Pce.holder_id.is_(None))
    if criteria.holder is not None:
        query = query.where(Pce.holder_id == criteria.holder)
    for tag in criteria.tags[:20]:
        tagged = select(PceTag.pce_id).where(
            PceTag.tag == storable(tag),
            PceTag.organisation_id == viewer.organisation_id,
            knows_tag(viewer, PceTag.tag),
        )
        query = query.where(Pce.id.in_(tagged))
    return query.where(is_fresh(viewer, criteria.freshness)) if criteria.freshness else query


def list_pces(
    db: Session,
    viewer: Viewer,
    wanted: PceFilter = EVERYTHING,
    *,
    sort: str = "alias",
    descending: bool = False,
    block: RowBlock = FIRST_ROWS,
) -> tuple[list[PceRow], int]:
    """Return a page of the list and the total count; a PCE must have all given tags.

    `sort` is one of SORTS or `data_until`; anything else sorts by alias. PCEs without data come
    last in both directions.
    """
    matching_query = get_near_matches_query(
        db,
        viewer,
        get_filtered_query(viewer, visible_with_grant(viewer, Pce.id), wanted),
        wanted.text,
    )
    total = db.scalar(matching_query.with_only_columns(func.count()))
    key = _key(viewer, sort)
    query = matching_query.with_only_columns(*get_pce_columns(viewer)).order_by(
        (key.desc() if descending else key.asc()).nulls_last(), Pce.number
    )
    return list_pce_rows(db, viewer, block.cut(query)), total or 0


def _key(viewer: Viewer, sort: str) -> ColumnElement[Any]:
    if sort == "data_until":
        return get_last_readable_day(viewer)
    if sort == "tariff":
        return _tariff(viewer)
    return SORTS.get(sort, Pce.search).expression


def list_late(db: Session, viewer: Viewer, limit: int = 5) -> list[PceRow]:
    """Return the PCEs in service whose data are overdue, oldest first."""
    late = or_(is_fresh(viewer, PceFreshness.LATE), is_fresh(viewer, PceFreshness.STALE))
    query = visible_with_grant(viewer, *get_pce_columns(viewer)).where(late)
    return list_pce_rows(
        db, viewer, query.order_by(get_last_readable_day(viewer), Pce.number).limit(limit)
    )
