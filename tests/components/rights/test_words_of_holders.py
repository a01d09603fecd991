"""How the screens of access rights open, and how their blocks stand apart."""

import pytest

from components.rights.empty_state import nothing_yet
from components.rights.readers import opening
from core.access import OrganisationKind, Role, Viewer
from data.rights.types import HeldCounts, ReaderOfOurs
from tests.components.kit.trees import every, text_of
from tests.data.rights.declarations import TODAY

KARIM = Viewer(1, 1, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, TODAY)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (HeldCounts(over=2), "Aucun accès ouvert\u202f; aucune demande n’attend."),
        (HeldCounts(active=1), "1 accès ouvert\u202f; aucune demande n’attend."),
        (HeldCounts(waiting=1), "1 demande attend votre réponse\u202f; aucun accès ouvert."),
        (HeldCounts(), "Personne d’autre ne lit vos données, ni ne le demande."),
    ],
)
def test_the_page_of_readers_opens_as_a_sentence_does(counts, said):
    assert text_of(opening(counts)) == said


def test_the_way_to_the_readers_stands_apart_from_their_list():
    drawn = nothing_yet(KARIM, [ReaderOfOurs("Thermia Conseil", 56)])
    [block] = [part for part in every(drawn) if getattr(part, "className", "") == "stack"]
    assert [part._type for part in block.children] == ["Ul", "P"]
