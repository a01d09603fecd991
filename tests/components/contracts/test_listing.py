"""The head of the distributor's contracts says what is wrong with the certificate that seals."""

from datetime import date

import pytest

from components.contracts.filters import ContractQuery
from components.contracts.listing import ContractListFacts, SealFacts, list_page
from data.contracts.types import ContractState
from tests.components.kit.trees import text_of

ENDS = date(2027, 1, 23)


def shown(seal):
    counts = dict.fromkeys(ContractState, 0)
    return text_of(list_page(ContractListFacts(ContractQuery(), counts, seal=seal))).replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    ("seal", "said"),
    [
        (SealFacts(demo=True, ends_on=ENDS, days=3000), "Certificat de démonstration"),
        (SealFacts(demo=False, ends_on=ENDS, days=60), "fin dans 60 jours"),
        (SealFacts(demo=True, ends_on=ENDS, days=1), "fin dans 1 jour"),
        (SealFacts(demo=False, ends_on=ENDS, days=-1), "échu depuis le 23/01/2027"),
    ],
)
def test_what_is_to_be_done_about_it_is_said(seal, said):
    assert said in shown(seal)


@pytest.mark.parametrize("seal", [None, SealFacts(demo=False, ends_on=ENDS, days=61)])
def test_nothing_is_said_when_all_is_well(seal):
    assert "ertificat" not in shown(seal)
