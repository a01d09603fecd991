"""Query a large letter by page; the database counts, groups and searches its PCEs.

No page loads them all: the cost is one pass over an index, and the lines shown.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from data.rights.models import AccessRight
from data.rights.queries.letter_opt_outs import find_passport_letter
from data.rights.queries.letter_scope import (
    HolderLetter,
    get_filtered_rights_query,
    get_letter,
    get_letter_rights_query,
    get_letter_scope,
    list_towns,
)
from data.rights.queries.passport import (
    NO_LINK,
    count_letter_rights,
    get_passport_digest,
    is_opened_by_link,
    list_readers,
    read_rights,
)
from data.rights.types import (
    LETTER_LINES,
    LETTER_TOWNS,
    LetterFilter,
    LetterPart,
    LetterView,
    PassportLetter,
    PassportRight,
    RightState,
)


def read_letter(db: Session, token: str) -> PassportLetter | None:
    """Return the letter of a link; raise NotFound for an unknown link."""
    count_letter_rights(db, token)
    return find_passport_letter(db, get_passport_digest(token))


def count_last_answer(db: Session, token: str, state: RightState) -> int:
    """Count the rights of a link that its latest answer moved to `state`."""
    answered = select(AccessRight.answered_at, func.count()).where(
        is_opened_by_link(token), AccessRight.state == state, AccessRight.answered_at.is_not(None)
    )
    last = answered.group_by(AccessRight.answered_at).order_by(AccessRight.answered_at.desc())
    row = db.execute(last.limit(1)).first()
    return row[1] if row else 0


def find_ticked(db: Session, token: str, uids: Collection[str]) -> list[PassportRight]:
    """Return the rights `uids` of a link; raise NotFound when one is not of it."""
    named = set(uids)
    pairs = read_rights(db, and_(is_opened_by_link(token), AccessRight.uid.in_(named)))
    if len(pairs) < len(named):
        raise NotFound(NO_LINK)
    return [right for _, right in pairs]


def get_letter_page(db: Session, token: str, criteria: LetterFilter, today: date) -> LetterView:
    """Return a page of the letter, corrected to an existing part and page."""
    letter = get_letter(db, token, today)
    counts = _count_parts(db, letter)
    parts = [part for part in LetterPart if counts[part]]
    criteria = replace(criteria, part=criteria.part if criteria.part in parts else parts[0])
    scope = get_letter_scope(db, letter, criteria)
    lines, size = scope.town_count, LETTER_TOWNS
    if criteria.lists_points:
        lines, size = scope.count, LETTER_LINES
    pages = max(1, -(-lines // size))
    criteria = replace(criteria, page=min(max(1, criteria.page), pages))
    if criteria.lists_points:
        points = _points(db, letter, criteria)
        scope, readers = replace(scope, towns=()), list_readers(db, points)
    else:
        towns = list_towns(db, letter, criteria, (criteria.page - 1) * LETTER_TOWNS)
        points, readers, scope = [], (), replace(scope, towns=towns)
    first_right = select(AccessRight.id).where(is_opened_by_link(token)).limit(1)
    return LetterView(
        third_party=read_rights(db, AccessRight.id.in_(first_right))[0][1].third_party,
        counts=counts,
        criteria=criteria,
        scope=scope,
        pages=pages,
        rights=tuple(right for _, right in points),
        readers=readers,
        letter=find_passport_letter(db, get_passport_digest(token)),
    )


def _count_parts(db: Session, letter: HolderLetter) -> dict[LetterPart, int]:
    part = letter.part.label("part")
    query = get_letter_rights_query(letter).with_only_columns(part, func.count()).group_by(part)
    counts = {LetterPart(name): count for name, count in db.execute(query)}
    return {part: counts.get(part, 0) for part in LetterPart}


def _points(
    db: Session, letter: HolderLetter, criteria: LetterFilter
) -> list[tuple[int, PassportRight]]:
    page = (
        get_filtered_rights_query(letter, criteria)
        .with_only_columns(AccessRight.id)
        .order_by(AccessRight.number, AccessRight.id)
        .offset((criteria.page - 1) * LETTER_LINES)
        .limit(LETTER_LINES)
    )
    points = read_rights(db, AccessRight.id.in_(db.scalars(page).all()))
    return sorted(points, key=lambda one: one[1].number)
