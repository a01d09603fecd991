"""What is refused of an invitation before anything is read or written."""

import pytest

from data.errors import Conflict, Invalid
from data.people.rules import (
    LONGEST_NAME,
    MOST_OPEN,
    check_new,
    check_open,
    name_in,
    person_name_in,
)


def test_so_many_invitations_wait_and_no_more():
    check_open(MOST_OPEN - 1)
    with pytest.raises(Conflict, match="attendent déjà"):
        check_open(MOST_OPEN)


def test_a_name_is_one_line_of_a_bearable_length():
    assert name_in(" Nora\n\u200b Janvier ") == "Nora Janvier"
    assert name_in("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    with pytest.raises(Invalid, match="trop long"):
        name_in("x" * (LONGEST_NAME + 1))
    with pytest.raises(Invalid, match="Indiquez un nom"):
        name_in(" \n")


@pytest.mark.parametrize(
    "text", ["Zoé http://x.example", "zoe@x.example", "Zoé\nPayez", "Z\u2028é"]
)
def test_the_name_of_a_person_is_no_address_and_one_line(text):
    with pytest.raises(Invalid, match="une ligne"):
        person_name_in(text)


def test_the_name_of_a_person_keeps_the_bounds_of_invitations():
    assert person_name_in(" Zoé  d’Aubigné-Li\n") == "Zoé d’Aubigné-Li"
    for text in ("", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(Invalid):
            person_name_in(text)


def test_what_is_wrong_of_a_new_organisation_is_found_field_by_field():
    good = {"organisation": "Mairie", "siren": "", "name": "Zoé", "email": " zoe@x.example"}
    assert check_new(good) == {}
    wrong = check_new({"organisation": "", "siren": "12", "name": "", "email": "zoe"})
    assert list(wrong) == list(good)
