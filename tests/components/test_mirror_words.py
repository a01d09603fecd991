"""What differs is said in the words of people, in both languages."""

import re
from dataclasses import replace

import pytest

from components.mirror.drifts import drift_item
from core.i18n import using_language
from data.exchange.mirror.rules.comparison import difference, unknown_here, unknown_there
from data.exchange.mirror.types import DriftKind, DriftRow, OurRight
from data.rights.types import EndSource, ProofState, RightDataKind, RightRole, RightState
from tests.components.kit.trees import text_of
from tests.data.exchange.mirror.sides import THEIRS
from tests.data.rights.test_aligning import ACTIVE
from tests.factories import NOW, PCE

MINE = OurRight(1, "u", PCE, RightRole.AUTHORISED_SUPPLY, NOW, ACTIVE)
RAW = re.compile(r"[a-z]+_[a-z_]+|[A-Z]{2,}_[A-Z_]+|TITULAIRE|\d\d:\d\d:\d\d|20\d\d-\d\d")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", RightState)
@pytest.mark.parametrize("source", EndSource)
def test_no_difference_says_a_word_of_machines(language, state, source):
    """Of every kind, both sides told: state, why it ended, days, perimeters, proof."""
    closed = {"closed_at": NOW, "source": source} if state.final else {}
    there = replace(THEIRS, **closed, state=state, starts_on=None, proof_state=ProofState.REJECTED)
    ours = replace(ACTIVE, **closed, state=state, kinds=frozenset(RightDataKind))
    found = [difference(MINE, there), unknown_here(there), unknown_there(replace(MINE, terms=ours))]
    with using_language(language):
        for one in found:
            rows = [
                DriftRow(1, PCE, "", kind, "u", "t", one.fields, NOW)
                for kind in ([one.kind, DriftKind.ENDED_HERE, DriftKind.CLOSED_HERE])
            ]
            said = " ".join(text_of(drift_item(row, sends=False)) for row in rows)
            assert not RAW.findall(said), said
