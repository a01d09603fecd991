"""Who can do what the viewer cannot, by name."""

import pytest

from components.colleagues import all_of, ask, sentence_of
from data.notifications.types import HelpSubject


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "Un administrateur de votre organisation peut fixer les budgets."),
        (("Ada",), "Ada peut fixer les budgets."),
        (("Ada", "Abel", "Anna", "Axel"), "Ada, Abel ou Anna peut fixer les budgets."),
    ],
)
def test_colleagues_are_named_three_at_most(names, words):
    assert sentence_of(names, HelpSubject.BUDGETS) == words
    assert len(ask(names, HelpSubject.BUDGETS)) == bool(names)


def test_those_who_were_asked_are_named():
    assert all_of(("Ada", "Abel")) == "Ada et Abel"
    assert all_of(("Ada", "Abel", "Anna", "Axel")) == "Ada, Abel, Anna et 1 autre"
