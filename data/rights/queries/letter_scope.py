"""Find, count and mark in SQL the PCEs that an answer to a large letter applies to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import read_search_words
from data.rights.models import AccessRight
from data.rights.queries.closed_addresses import is_silent
from data.rights.queries.passport import (
    HELD_BY_READER,
    count_letter_rights,
    is_opened_by_link,
    read_rights,
)
from data.rights.types import (
    LETTER_TERMS,
    LETTER_TOWNS,
    LetterFilter,
    LetterPart,
    LetterScope,
    LetterTown,
    PassportRight,
    RightDataKind,
    RightState,
)

CHANGED = N_(
    "Des points de livraison ont changé depuis l’affichage de la page, et rien n’a été"
    " enregistré : relisez les nombres, puis répondez."
)
_LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class HolderLetter:
    """The link of a letter, with the SQL that gives the part of each of its rights today."""

    token: str
    part: ColumnElement[str]


def read_scope(
    db: Session, token: str, criteria: LetterFilter, mark: str, today: date
) -> LetterScope:
    """Return what an answer for all of `criteria` applies to.

    Raise Conflict when it differs from what was displayed.
    """
    letter = get_letter(db, token, today)
    scope = get_letter_scope(db, letter, criteria)
    if scope.mark != mark or not scope.count:
        raise Conflict(CHANGED)
    towns = list_towns(db, letter, criteria, 0)
    return replace(scope, towns=towns, town_count=_count_towns(db, letter, criteria))


def find_in_scope(
    db: Session, token: str, criteria: LetterFilter, mark: str, today: date
) -> Sequence[int]:
    """Return the ids of the rights of `criteria`, in order.

    Raise Conflict when they differ from what was displayed.
    """
    letter = get_letter(db, token, today)
    ids = db.scalars(
        get_filtered_rights_query(letter, criteria)
        .with_only_columns(AccessRight.id)
        .order_by(AccessRight.id)
    ).all()
    if not ids or _mark(len(ids), sum(ids)) != mark:
        raise Conflict(CHANGED)
    return ids


def get_letter(db: Session, token: str, today: date) -> HolderLetter:
    count_letter_rights(db, token)
    silent = is_silent(db, is_opened_by_link(token))
    in_time = and_(
        func.coalesce(AccessRight.answer_due, date.max) >= today, AccessRight.ends_key >= today
    )
    open_states = [state for state in RightState if not state.final]
    part = case(
        (and_(AccessRight.state == RightState.PENDING, in_time, ~silent), LetterPart.WAITING),
        (and_(AccessRight.state == RightState.ACTIVE, ~silent), LetterPart.OPEN),
        (and_(AccessRight.state.in_(open_states), silent), LetterPart.ELSEWHERE),
        else_=LetterPart.CLOSED,
    )
    return HolderLetter(token, part)


def get_letter_rights_query(letter: HolderLetter) -> Select[Any]:
    return (
        select(AccessRight)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(is_opened_by_link(letter.token))
    )


# The place of a PCE as far as it may be shown: the address is its present holder's only.
_TOWN = case((and_(HELD_BY_READER, Pce.city != ""), Pce.city), else_="").label("town")
_CODE = case(
    (and_(HELD_BY_READER, Pce.city != ""), func.substr(AccessRight.postal_code, 1, 2)),
    else_=AccessRight.postal_code,
).label("code")


def get_filtered_rights_query(letter: HolderLetter, criteria: LetterFilter) -> Select[Any]:
    query = get_letter_rights_query(letter).where(
        letter.part == (criteria.part or LetterPart.WAITING)
    )
    if criteria.town is not None:
        code, _, name = criteria.town.partition(":")
        query = query.where(_TOWN.element == name, _CODE.element == code)
    text = criteria.text.strip()[:_LONGEST_SEARCH]
    return query.where(_matches(text)) if text else query


def _matches(text: str) -> ColumnElement[bool]:
    """Return whether each word, or the number however spaced, is in what the reader sees."""
    words, key = read_search_words(text)
    each = and_(*(_contains(word) for word in words))
    return or_(each, AccessRight.number.contains(key, autoescape=True)) if key else each


def _contains(word: str) -> ColumnElement[bool]:
    text_match = or_(
        Pce.search.contains(word, autoescape=True),
        func.lower(Pce.street).contains(word, autoescape=True),
    )
    return or_(
        AccessRight.site_key.contains(word, autoescape=True),
        AccessRight.number.contains(word, autoescape=True),
        AccessRight.postal_code.startswith(word, autoescape=True),
        and_(HELD_BY_READER, text_match),
    )


def _mark(count: int, total: int) -> str:
    """Return a mark for a set of rights: their count and the sum of their ids.

    A sent letter gains no right to answer, so any right that leaves the set changes its count.
    """
    return f"{count}-{total}"


def get_letter_scope(db: Session, letter: HolderLetter, criteria: LetterFilter) -> LetterScope:
    first = func.coalesce(AccessRight.injection_first, AccessRight.supply_first)
    last = func.coalesce(AccessRight.injection_last, AccessRight.supply_last)
    query = get_filtered_rights_query(letter, criteria).with_only_columns(
        *(func.count(), func.coalesce(func.sum(AccessRight.id), 0)),
        *(func.min(first), func.max(last)),
        *(func.min(AccessRight.ends_on), func.max(AccessRight.ends_on)),
        func.min(AccessRight.answer_due),
    )
    count, total, *days = db.execute(query).one()
    town_count = 0 if criteria.lists_points else _count_towns(db, letter, criteria)
    mark = _mark(count, int(total))
    return LetterScope(count, mark, _terms(db, letter, criteria), town_count, (), *days)


def _count_towns(db: Session, letter: HolderLetter, criteria: LetterFilter) -> int:
    towns = (
        get_filtered_rights_query(letter, criteria)
        .with_only_columns(_TOWN, _CODE)
        .distinct()
        .subquery()
    )
    return db.scalar(select(func.count()).select_from(towns)) or 0


def _terms(
    db: Session, letter: HolderLetter, criteria: LetterFilter
) -> tuple[tuple[PassportRight, int], ...]:
    """Return a right for each combination of data kinds and purpose, most frequent first."""
    kinds = [getattr(AccessRight, kind.value) for kind in RightDataKind]
    first_id, count = func.min(AccessRight.id), func.count()
    query = (
        get_filtered_rights_query(letter, criteria)
        .with_only_columns(first_id, count)
        .group_by(*kinds, AccessRight.purpose, AccessRight.role)
        .order_by(count.desc(), first_id)
        .limit(LETTER_TERMS)
    )
    counts = {row[0]: row[1] for row in db.execute(query)}
    rights = read_rights(db, AccessRight.id.in_(counts))
    ids = dict(zip(sorted(counts), rights, strict=True))  # both are in id order
    return tuple((ids[id_][1], count) for id_, count in counts.items())


def list_towns(
    db: Session, letter: HolderLetter, criteria: LetterFilter, offset: int
) -> tuple[LetterTown, ...]:
    """Return towns by number of points, largest first."""
    count, total = func.count(), func.sum(AccessRight.id)
    query = (
        get_filtered_rights_query(letter, criteria)
        .with_only_columns(_TOWN, _CODE, count, total)
        .group_by(_TOWN, _CODE)
        .order_by(count.desc(), _TOWN, _CODE)
        .offset(offset)
        .limit(LETTER_TOWNS)
    )
    return tuple(
        LetterTown(name, code, count, _mark(count, int(total)))
        for name, code, count, total in db.execute(query)
    )
