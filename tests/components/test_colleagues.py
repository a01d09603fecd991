"""Who can do what the viewer cannot, by name."""

import pytest

from components.colleagues import sentence_of


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "Un administrateur de votre organisation peut signer."),
        (("Ada",), "Ada peut signer."),
        (("Ada", "Abel", "Anna", "Axel"), "Ada, Abel ou Anna peut signer."),
    ],
)
def test_colleagues_are_named_three_at_most(names, words):
    assert sentence_of(names, "signer") == words
