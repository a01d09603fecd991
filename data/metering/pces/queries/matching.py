"""Match a typed text with the number and search text of a PCE."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, literal, or_, true
from sqlalchemy.orm import Session

from data.metering.pces.models import Pce
from data.metering.pces.queries.trigrams import (
    get_index_hits_query,
    has_more_rows,
    is_indexed,
    is_sqlite,
    read_search_words,
)
from data.metering.pces.rules import LENGTH, folded, search_key

FEW = 20_000  # PCEs: up to so many candidates from the trigram index are used


def _number_holds(text: str) -> ColumnElement[bool]:
    key = search_key(text[:200])
    if not (key.isascii() and key.isalnum() and any(c.isdigit() for c in key)):
        return false()
    return Pce.number.contains(key, autoescape=True)


def is_match(text: str) -> ColumnElement[bool]:
    """Return whether the number contains the typed digits, or the search text each typed word."""
    words = folded(text[:200]).split()[:8]
    in_text = and_(true(), *(Pce.search.contains(word, autoescape=True) for word in words))
    return or_(_number_holds(text), in_text)


def get_near_matches_query(db: Session, query: Select[Any], text: str) -> Select[Any]:
    """Restrict `query` matching `text` to the candidates of SQLite's trigram index, if few.

    Without index, or with many candidates, every PCE is tested. A few digits typed in pairs may be
    anywhere in a number: the index is only used once the number is nearly complete.
    """
    if not (is_sqlite(db) and is_indexed(text)):
        return query
    words, key = read_search_words(text)
    if words == [key] and " " in text.strip() and len(key) < LENGTH // 2:
        return query
    hit_ids = get_index_hits_query("pces_search", words, key)
    return query if has_more_rows(db, hit_ids, FEW) else query.where(Pce.id.in_(hit_ids))


def get_match_rank(text: str) -> ColumnElement[int]:
    """Return the rank of a match, 0 for the best; 3 when the text is inside a word."""
    word = next(iter(folded(text[:200]).split()), "")
    begins = Pce.search.startswith(word, autoescape=True)
    inside = Pce.search.contains(f" {word}", autoescape=True)
    return case((_number_holds(text), 0), (begins, 1), (inside, 2), else_=3)


def count_unmatched_words(text: str) -> ColumnElement[int]:
    """Count the typed words that start no word of the search text."""
    words = folded(text[:200]).split()[:8]
    begun = [
        or_(
            Pce.search.startswith(w, autoescape=True), Pce.search.contains(f" {w}", autoescape=True)
        )
        for w in words
    ]
    return sum((case((is_match, 0), else_=1) for is_match in begun), start=literal(0))
