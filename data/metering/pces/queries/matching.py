"""Match a typed text with the number and search text of a PCE."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.access import Viewer
from data.metering.pces.models import Pce, PceGrant, PceTag
from data.metering.pces.queries.trigrams import (
    get_index_hits_query,
    has_more_rows,
    is_indexed,
    is_sqlite,
    read_search_words,
)
from data.metering.pces.queries.visible import get_grants_in_force_query
from data.metering.pces.rules import LENGTH, folded, search_key
from data.tag_limits import knows_tag

_Street, _InStreet = aliased(Pce), aliased(Pce)
_LETTERS = "GIEXMPL"  # that a number may begin with: GI000000, EXEMPLE000000
FEW = 20_000  # PCEs: up to so many candidates from the trigram index are used


def _number_holds(text: str) -> ColumnElement[bool]:
    key = search_key(text[:200])
    if not (key.isascii() and key.lstrip(_LETTERS).isdigit()):
        return false()
    return Pce.number.contains(key, autoescape=True)


def is_match(viewer: Viewer, text: str) -> ColumnElement[bool]:
    """Return whether the number contains the typed digits, or each typed word is in the site.

    That is in its search text, its street where the viewer may read it, or a tag.
    """
    words = sorted(folded(text[:200]).split()[:8], key=str.isalpha)  # few sites have digits
    anywhere = [
        or_(
            Pce.search.contains(word, autoescape=True),
            *(Pce.id.in_(ids) for ids in _list_id_queries_beside(viewer, [word])),
        )
        for word in words
    ]
    return or_(_number_holds(text), and_(true(), *anywhere))


def _list_id_queries_beside(
    viewer: Viewer, words: Sequence[str]
) -> tuple[Select[Any], Select[Any]]:
    """Select the PCEs of which a tag contains one of `words`, and those of which the street does.

    The index of streets is read on its own first: SQLite would read every PCE of the holder.
    """
    tagged = select(PceTag.pce_id).where(
        PceTag.organisation_id == viewer.organisation_id,
        knows_tag(viewer, PceTag.tag),
        _holds_one(PceTag.search, words),
    )
    streets = select(_Street.id).where(_holds_one(_Street.street_search, words))
    if viewer.staff:
        return tagged, streets
    granted = select(PceGrant.pce_id).where(
        get_grants_in_force_query(viewer.organisation_id, viewer.today), PceGrant.technical
    )
    holds = _InStreet.holder_id == viewer.organisation_id
    readable = or_(holds, _InStreet.id.in_(granted))
    return tagged, select(_InStreet.id).where(_InStreet.id.in_(streets), readable)


def _holds_one(column: InstrumentedAttribute[str], words: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(word, autoescape=True) for word in words))


def get_near_matches_query(
    db: Session, viewer: Viewer, query: Select[Any], text: str
) -> Select[Any]:
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
    if has_more_rows(db, hit_ids, FEW):
        return query
    beside = _list_id_queries_beside(viewer, folded(text[:200]).split()[:8])
    return query.where(Pce.id.in_(union_all(hit_ids, *beside)))


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
