"""A large letter is counted, grouped, searched and answered by either database."""

import pytest

from core.errors import Conflict, NotFound
from data.rights.actions import LetterAnswering
from data.rights.queries import (
    count_last_answer,
    find_in_scope,
    find_ticked,
    get_letter_page,
    read_scope,
)
from data.rights.types import ConsentEvidence, LetterFilter, LetterPart, RightState, RightTrigger
from tests.data.rights.large_letter import TOKEN, TOWNS, make_letter
from tests.factories import NOW

TODAY = NOW.date()
WAITING = LetterFilter(LetterPart.WAITING)


def test_it_is_grouped_searched_and_answered(db, people):
    make_letter(db, 60)
    view = get_letter_page(db, TOKEN, LetterFilter(), TODAY)
    assert view.counts[LetterPart.WAITING] == 60
    assert {town.name: town.count for town in view.scope.towns} == dict(
        zip(TOWNS, (30, 15, 15), strict=True)
    )
    assert [count for _right, count in view.scope.terms] == [60]
    found = get_letter_page(db, TOKEN, LetterFilter(text="montreval rue"), TODAY)
    assert (found.scope.count, len(found.rights)) == (15, 15)
    town = LetterFilter(LetterPart.WAITING, view.scope.towns[0].key)
    scope = read_scope(db, TOKEN, town, view.scope.towns[0].mark, TODAY)
    ids = find_in_scope(db, TOKEN, town, scope.mark, TODAY)
    answering = LetterAnswering.begin(
        TOKEN, RightTrigger.ACCEPTED, ConsentEvidence("192.0.2.1", "x"), NOW
    )
    assert answering.answer_block(db, ids[:20]).answered == 20
    assert answering.answer_block(db, ids[20:]).answered == 10
    assert count_last_answer(db, TOKEN, RightState.ACTIVE) == 30
    with pytest.raises(Conflict):
        find_in_scope(db, TOKEN, WAITING, view.scope.mark, TODAY)
    open_part = get_letter_page(db, TOKEN, LetterFilter(LetterPart.OPEN), TODAY)
    assert open_part.scope.count == 30
    with pytest.raises(NotFound):
        find_ticked(db, TOKEN, ["nothing"])
    with pytest.raises(NotFound):
        get_letter_page(db, "nothing", LetterFilter(), TODAY)
