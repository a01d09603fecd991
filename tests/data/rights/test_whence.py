"""Where a right comes from: the line of a file, and the letters that asked its holder."""

from datetime import timedelta

import pytest

from core.errors import NotFound
from data.rights.actions.letters import claim, merge_letters, record_sent
from data.rights.models import AccessRight
from data.rights.queries import get_right
from data.rights.queries.due import list_letters
from data.rights.types import FromFile
from tests.data.rights import dirty
from tests.data.rights.conftest import asking, right_of, tokens
from tests.data.rights.declarations import asked
from tests.factories import NOW, make_pce

OTHER = "09999999910002"


def test_each_right_of_a_file_knows_its_line(desk, charlie, dora):
    run = desk.deposit("droits-rentree.csv", dirty.to_csv(dirty.rows()))
    desk.store(run)
    rights = desk.rights()
    with desk.database.reading() as db:
        found = [get_right(db, desk.viewer, right.uid).brought for right in rights]
        seen = get_right(db, dora, rights[0].uid).brought
        with pytest.raises(NotFound):
            get_right(db, charlie, rights[0].uid)
    assert found == [FromFile(run, "droits-rentree.csv", at + 2) for at in range(len(rights))]
    assert len(found) == dirty.LINES
    assert seen == found[0]


def test_a_right_of_the_form_comes_from_no_file(db, pce, bob):
    assert get_right(db, bob, asking(db, bob).uid).brought is None


def test_letters_that_left_are_told_with_their_hour(db, pce, bob):
    make_pce(db, OTHER, holder_name="Lycée des Tilleuls")
    first = asking(db, bob).uid
    assert get_right(db, bob, first).written_at == ()
    (token,) = tokens(db)
    left = NOW + timedelta(minutes=15)
    (letter_id,) = list_letters(db, 2, left)
    record_sent(db, claim(db, letter_id), left)
    assert get_right(db, bob, first).written_at == (left,)
    later = NOW + timedelta(days=1)
    second = asking(db, bob, asked(id_pce=OTHER), later).uid
    merge_letters(db, token, [right_of(db, second).id])
    assert get_right(db, bob, second).written_at == ()  # that letter was there before it
    assert db.get(AccessRight, right_of(db, second).id).created_at == later
