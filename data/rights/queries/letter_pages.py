"""A large letter, page by page: the database counts, groups and searches its delivery points.

No page reads them all: what it costs is one pass of an index in the database, and the lines shown.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from data.errors import NotFound
from data.rights.models import AccessRight
from data.rights.queries.letter_scope import (
    Letter,
    filtered,
    letter_of,
    list_towns,
    measure_scope,
    rights_of,
)
from data.rights.queries.passport import (
    NO_LINK,
    count_letter_rights,
    hashed,
    list_readers,
    opened_by,
    read_rights,
)
from data.rights.queries.stopped import passport_letter
from data.rights.types import (
    LETTER_LINES,
    LETTER_TOWNS,
    LetterFilter,
    LetterPart,
    LetterScope,
    LetterView,
    PassportLetter,
    PassportRight,
    RightState,
)


def read_letter(db: Session, token: str) -> PassportLetter | None:
    """The letter of a link; NotFound when the link is none."""
    count_letter_rights(db, token)
    return passport_letter(db, hashed(token))


def count_last_answer(db: Session, token: str, state: RightState) -> int:
    """How many rights of a link its reader brought to *state* by the last answer that did so."""
    answered = select(AccessRight.answered_at, func.count()).where(
        opened_by(token), AccessRight.state == state, AccessRight.answered_at.is_not(None)
    )
    last = answered.group_by(AccessRight.answered_at).order_by(AccessRight.answered_at.desc())
    found = db.execute(last.limit(1)).first()
    return found[1] if found else 0


def find_ticked(db: Session, token: str, uids: Collection[str]) -> list[PassportRight]:
    """The rights *uids* of a link; NotFound when one of them is not of it."""
    named = set(uids)
    found = read_rights(db, and_(opened_by(token), AccessRight.uid.in_(named)))
    if len(found) < len(named):
        raise NotFound(NO_LINK)
    return [right for _, right in found]


def view_letter(db: Session, token: str, wanted: LetterFilter, today: date) -> LetterView:
    """One page of the letter; a part without points, or a page too far, is the first there is."""
    letter = letter_of(db, token, today)
    counts = _count_parts(db, letter)
    wanted = replace(wanted, part=_part_shown(wanted.part, counts))
    scope = measure_scope(db, letter, wanted)
    pages = _page_count(wanted, scope)
    wanted = replace(wanted, page=min(max(1, wanted.page), pages))
    if wanted.lists_points:
        found = _points(db, letter, wanted)
        scope, readers = replace(scope, towns=()), list_readers(db, found)
    else:
        towns = list_towns(db, letter, wanted, (wanted.page - 1) * LETTER_TOWNS)
        found, readers, scope = [], (), replace(scope, towns=towns)
    return LetterView(
        third_party=_third_party(db, token),
        counts=counts,
        wanted=wanted,
        scope=scope,
        pages=pages,
        rights=tuple(right for _, right in found),
        readers=readers,
        letter=passport_letter(db, hashed(token)),
    )


def _count_parts(db: Session, letter: Letter) -> dict[LetterPart, int]:
    part = letter.part.label("part")
    query = rights_of(letter).with_only_columns(part, func.count()).group_by(part)
    found = {LetterPart(name): count for name, count in db.execute(query)}
    return {part: found.get(part, 0) for part in LetterPart}


def _part_shown(asked: LetterPart | None, counts: dict[LetterPart, int]) -> LetterPart:
    known = [part for part in LetterPart if counts[part]]
    return asked if asked in known else known[0]


def _page_count(wanted: LetterFilter, scope: LetterScope) -> int:
    lines, size = scope.town_count, LETTER_TOWNS
    if wanted.lists_points:
        lines, size = scope.count, LETTER_LINES
    return max(1, -(-lines // size))


def _third_party(db: Session, token: str) -> str:
    one = select(AccessRight.id).where(opened_by(token)).limit(1)
    return read_rights(db, AccessRight.id.in_(one))[0][1].third_party


def _points(db: Session, letter: Letter, wanted: LetterFilter) -> list[tuple[int, PassportRight]]:
    page = (
        filtered(letter, wanted)
        .with_only_columns(AccessRight.id)
        .order_by(AccessRight.number, AccessRight.id)
        .offset((wanted.page - 1) * LETTER_LINES)
        .limit(LETTER_LINES)
    )
    found = read_rights(db, AccessRight.id.in_(db.scalars(page).all()))
    return sorted(found, key=lambda one: one[1].number)
