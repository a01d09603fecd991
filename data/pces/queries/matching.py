"""Match a typed text with the number and search text of a PCE."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, literal, or_, true
from sqlalchemy.orm import Session

from data.pces.models import Pce
from data.pces.queries.trigrams import (
    get_index_hits_query,
    has_more_rows,
    is_indexed,
    is_sqlite,
    read_search_words,
)
from data.pces.rules import LENGTH, folded, search_key

FEW = 20_000  # PCE: up to so many are found by their letters, and only then looked at


def _number_holds(text: str) -> ColumnElement[bool]:
    key = search_key(text[:200])
    if not (key.isascii() and key.isalnum() and any(c.isdigit() for c in key)):
        return false()
    return Pce.number.contains(key, autoescape=True)


def is_match(text: str) -> ColumnElement[bool]:
    """The number holds the typed digits, or each word is somewhere in the searched text."""
    words = folded(text[:200]).split()[:8]
    in_text = and_(true(), *(Pce.search.contains(word, autoescape=True) for word in words))
    return or_(_number_holds(text), in_text)


def get_near_matches_query(db: Session, query: Select[Any], text: str) -> Select[Any]:
    """*query* of what `matches` *text*, begun from what SQLite's index of letters finds, if few.

    Without one, or where it finds many, every PCE is looked at. Two or three letters of a number
    typed in pairs may be anywhere: such a number is looked for once it is nearly whole.
    """
    if not (is_sqlite(db) and is_indexed(text)):
        return query
    words, key = read_search_words(text)
    if words == [key] and " " in text.strip() and len(key) < LENGTH // 2:
        return query
    hit_ids = get_index_hits_query("pces_search", words, key)
    return query if has_more_rows(db, hit_ids, FEW) else query.where(Pce.id.in_(hit_ids))


def get_match_rank(text: str) -> ColumnElement[int]:
    """How near a match is; 3 when what was typed stands within a word."""
    word = next(iter(folded(text[:200]).split()), "")
    begins = Pce.search.startswith(word, autoescape=True)
    inside = Pce.search.contains(f" {word}", autoescape=True)
    return case((_number_holds(text), 0), (begins, 1), (inside, 2), else_=3)


def count_unmatched_words(text: str) -> ColumnElement[int]:
    """How many of the typed words begin no word of the searched text: `3` within a number."""
    words = folded(text[:200]).split()[:8]
    begun = [
        or_(
            Pce.search.startswith(w, autoescape=True), Pce.search.contains(f" {w}", autoescape=True)
        )
        for w in words
    ]
    return sum((case((is_match, 0), else_=1) for is_match in begun), start=literal(0))
