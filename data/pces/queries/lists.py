"""Finding, listing and showing the PCE that a viewer may read."""

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
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.access import Viewer
from data.accounts.models import Organisation
from data.limits import knows_tag
from data.pces.models import Pce, PceGrant, PceTag
from data.pces.queries.matching import matches, nearer, rank, strays
from data.pces.queries.visible import (
    may_read,
    readable_until,
    until,
    visible,
    with_grant,
)
from data.pces.rules import (
    LENGTH,
    bare_typed,
    edits,
    freshness_bounds,
    storable,
)
from data.pces.types import Frequency, Freshness, PceFilter, PceRow

SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "alias": Pce.search,  # begins with the alias, folded
    "number": Pce.number,
    "city": Pce.city,
    "postal_code": Pce.postal_code,
    "holder": Organisation.name,
    "frequency": Pce.frequency,
    "tariff": Pce.tariff,
}
MAX_ROWS = 1000
CANDIDATES = 300  # among which the nearest numbers are looked for
SLIPS = 2  # more of them make another number
WRONG = 4  # signs, at one end of a number, where its slips are
EVERYTHING = PceFilter()


def row_columns(viewer: Viewer) -> tuple[Any, ...]:
    return (
        Pce.id,
        Pce.number,
        Pce.alias,
        Pce.city,
        Pce.postal_code,
        func.coalesce(Organisation.name, "").label("holder"),
        Pce.frequency,
        _tariff(viewer).label("tariff"),
        until(viewer).label("data_until"),
        ended(viewer).label("ended_on"),
        readable_until(viewer).label("readable_until"),
    )


def _has_all(viewer: Viewer) -> ColumnElement[bool]:
    """Every day that the viewer may ever read is there: nothing of it can be late."""
    return func.coalesce(readable_until(viewer) <= until(viewer), false())


def _tariff(viewer: Viewer) -> ColumnElement[str]:
    """Part of the contract: nothing to who may not read it."""
    if viewer.staff:
        return Pce.tariff.expression
    return case((may_read(viewer, PceGrant.contractual), Pce.tariff), else_="")


def ended(viewer: Viewer) -> ColumnElement[date | None]:
    """The last day in service, unless it is after the days the viewer may know of."""
    if viewer.staff:
        return Pce.ended_on.expression
    mine = Pce.holder_id == viewer.organisation_id
    return case((mine, Pce.ended_on), (PceGrant.last_day < Pce.ended_on, None), else_=Pce.ended_on)


def rows_of(db: Session, viewer: Viewer, query: Select[Any]) -> list[PceRow]:
    found = db.execute(query).all()
    tags: dict[int, list[str]] = {row.id: [] for row in found}
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
    return [PceRow(**row._asdict(), tags=tuple(tags[row.id])) for row in found]


def search(db: Session, viewer: Viewer, text: str, limit: int = 12) -> list[PceRow]:
    """PCE that *text* may mean, spaces, lost zeros, accents and case aside.

    Numbers come first, then names that begin with the first word, then words that do; among
    those, the ones in which every word typed begins a word.
    """
    query = (
        nearer(db, with_grant(viewer, *row_columns(viewer)), text)
        .where(matches(text))
        .order_by(rank(text), strays(text), Pce.search, Pce.number)
        .limit(min(limit, MAX_ROWS))
    )
    return rows_of(db, viewer, query)


def list_chosen(db: Session, viewer: Viewer, numbers: Sequence[str]) -> list[PceRow]:
    """Those of *numbers* that are visible, by name."""
    query = with_grant(viewer, *row_columns(viewer)).where(Pce.number.in_(numbers))
    return rows_of(db, viewer, query.order_by(Pce.search, Pce.number))


def list_alike(db: Session, viewer: Viewer, text: str, limit: int = 5) -> list[PceRow]:
    """Visible PCE that *text* may mean, written wrong: the nearest number first, else by name.

    Its first or its last four signs are taken to be right, so that an index may help.
    """
    wanted = bare_typed(text)[:20]
    whole = wanted.zfill(LENGTH) if wanted.isdigit() else wanted
    if len(wanted) > WRONG and wanted.isascii() and wanted.isalnum():
        near = or_(
            Pce.number == whole,
            Pce.number.startswith(wanted[:-WRONG]),
            Pce.number.endswith(wanted[-WRONG:]),
        )
        query = visible(viewer).with_only_columns(Pce.number).where(near)
        numbers = db.scalars(query.order_by((Pce.number == whole).desc()).limit(CANDIDATES))
        slips = {n: min(edits(whole, n), edits(wanted, n)) for n in numbers}
        nearest = sorted((n for n in slips if slips[n] <= SLIPS), key=lambda n: (slips[n], n))
        if nearest:
            found = with_grant(viewer, *row_columns(viewer)).where(Pce.number.in_(nearest[:limit]))
            return sorted(rows_of(db, viewer, found), key=lambda row: nearest.index(row.number))
    return search(db, viewer, text, limit)


def is_fresh(viewer: Viewer, state: Freshness) -> ColumnElement[bool]:
    latest, over = until(viewer), ended(viewer)
    if state is Freshness.CLOSED:
        return and_(over.is_not(None), over < viewer.today)
    served = or_(over.is_(None), over >= viewer.today)
    if state is Freshness.NEVER:
        return and_(served, latest.is_(None))
    expected = _expected(state, viewer.today, latest)
    told = (
        or_(_has_all(viewer), expected)
        if state is Freshness.FRESH
        else and_(not_(_has_all(viewer)), expected)
    )
    return and_(served, latest.is_not(None), told)


def _expected(state: Freshness, today: date, latest: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether *latest* is in *state*; frequencies of which the same is expected go together."""
    alike: dict[tuple[date | None, date | None], list[Frequency]] = {}
    for frequency in Frequency:
        alike.setdefault(freshness_bounds(state, frequency, today), []).append(frequency)
    return or_(
        *(
            and_(
                Pce.frequency.in_(frequencies),
                latest >= first if first else true(),
                latest <= last if last else true(),
            )
            for (first, last), frequencies in alike.items()
        )
    )


def filtered(viewer: Viewer, query: Select[Any], wanted: PceFilter) -> Select[Any]:
    """*query*, the grant joined, of the PCE that *wanted* keeps."""
    if wanted.text.strip():
        query = query.where(matches(wanted.text))
    if wanted.unheld:
        query = query.where(Pce.holder_id.is_(None))
    if wanted.holder is not None:
        query = query.where(Pce.holder_id == wanted.holder)
    for tag in wanted.tags[:20]:
        tagged = select(PceTag.pce_id).where(
            PceTag.tag == storable(tag),
            PceTag.organisation_id == viewer.organisation_id,
            knows_tag(viewer, PceTag.tag),
        )
        query = query.where(Pce.id.in_(tagged))
    return query.where(is_fresh(viewer, wanted.freshness)) if wanted.freshness else query


def list_pces(  # noqa: PLR0913 (what a grid asks for, each by its name)
    db: Session,
    viewer: Viewer,
    wanted: PceFilter = EVERYTHING,
    *,
    sort: str = "alias",
    descending: bool = False,
    offset: int = 0,
    limit: int = 100,
) -> tuple[list[PceRow], int]:
    """A page of the list and how many there are in all; each tag given must be there.

    *sort* is one of SORTS or `data_until`; anything else sorts by alias. PCE without a value
    come last both ways.
    """
    found = nearer(db, filtered(viewer, with_grant(viewer, Pce.id), wanted), wanted.text)
    total = db.scalar(found.with_only_columns(func.count()))
    key = _key(viewer, sort)
    query = (
        found.with_only_columns(*row_columns(viewer))
        .order_by((key.desc() if descending else key.asc()).nulls_last(), Pce.number)
        .offset(max(0, offset))
        .limit(max(0, min(limit, MAX_ROWS)))
    )
    return rows_of(db, viewer, query), total or 0


def _key(viewer: Viewer, sort: str) -> ColumnElement[Any]:
    if sort == "data_until":
        return until(viewer)
    if sort == "tariff":
        return _tariff(viewer)
    return SORTS.get(sort, Pce.search).expression


def list_late(db: Session, viewer: Viewer, limit: int = 5) -> list[PceRow]:
    """The PCE in service whose data are past their expected date, the oldest first."""
    late = or_(is_fresh(viewer, Freshness.LATE), is_fresh(viewer, Freshness.STALE))
    query = with_grant(viewer, *row_columns(viewer)).where(late)
    return rows_of(db, viewer, query.order_by(until(viewer), Pce.number).limit(limit))
