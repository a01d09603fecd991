"""What is refused of an invitation before anything is read or written."""

import pytest

from data.errors import Conflict, Invalid
from data.people.rules import LONGEST_NAME, MOST_OPEN, check_open, name_in


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
