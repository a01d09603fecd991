"""Correct the typing errors of a search, from the words of the visible PCEs."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.queries.matching import get_near_matches_query, is_match
from data.metering.pces.queries.visible import visible
from data.metering.pces.rules import edits, folded
from data.tag_limits import knows_tag

SHORTEST = 5  # letters: a shorter word is near too many others
LONGEST = 25  # letters: comparing longer words takes too long
CORRECTED = 2  # words of a search
SCANNED = 5_000  # PCEs whose words are compared


def correct_search(db: Session, viewer: Viewer, text: str) -> str:
    """Return `text`, with unknown words replaced by the nearest known ones if it finds nothing.

    A search that finds a PCE, or whose words have no near one, is returned as it is.
    """
    words = folded(text[:200]).split()[:8]
    if not any(_may_be_wrong(word) for word in words) or _finds(db, viewer, text):
        return text
    unknown = [word for word in words if _may_be_wrong(word) and not _finds(db, viewer, word)]
    near = {word: _nearest(db, viewer, word) for word in unknown[:CORRECTED]}
    corrected = [near.get(word, word) for word in words]
    return text if corrected == words else " ".join(corrected)


def _may_be_wrong(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def _finds(db: Session, viewer: Viewer, text: str) -> bool:
    query = visible(viewer).with_only_columns(Pce.id).where(is_match(viewer, text))
    return db.scalar(get_near_matches_query(db, viewer, query, text).limit(1)) is not None


def _nearest(db: Session, viewer: Viewer, word: str) -> str:
    """Return the most frequent of the nearest words, or `word` if none is near."""
    most = len(word) // SHORTEST
    counts = Counter(
        known_word
        for text in _list_texts(db, viewer, word)
        for known_word in text.split()
        if _may_be_wrong(known_word)
    )
    distances = {known_word: _distance(known_word, word, most) for known_word in counts}
    near = [known_word for known_word, distance in distances.items() if distance <= most]
    return min(
        near, key=lambda known_word: (distances[known_word], -counts[known_word]), default=word
    )


def _distance(known_word: str, word: str, most: int) -> int:
    """Return the errors between two words, or between the beginning of the first and the second."""
    if len(known_word) < len(word) - most:
        return most + 1
    return min(edits(known_word, word, most), edits(known_word[: len(word)], word, most))


def _list_texts(db: Session, viewer: Viewer, word: str) -> Iterator[str]:
    """Yield the search texts that share the beginning or the end of `word`, and all tags."""
    end = len(word) // 3 + 1
    parts: Sequence[str] = (word[:end], word[-end:])
    near = or_(*(Pce.search.contains(part, autoescape=True) for part in parts))
    yield from db.scalars(visible(viewer).with_only_columns(Pce.search).where(near).limit(SCANNED))
    tags = select(func.min(PceTag.search)).group_by(PceTag.tag)
    mine = PceTag.organisation_id == viewer.organisation_id
    yield from db.scalars(tags.where(mine, knows_tag(viewer, PceTag.tag)))
