"""What changed between two versions, part by part, word by word."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from data.contracts.files.validation_report import signature_value, statement_of
from data.contracts.rules.version_diff import differences, words_between
from data.contracts.types import Clause, Level, SealFault, SigningMethod, TextPiece
from tests.data.contracts.files.papers import PAPER


def test_nothing_changed_is_nothing():
    assert differences(PAPER, PAPER) == ()


def test_a_part_that_changed_is_named_with_its_words():
    (change,) = differences(PAPER, replace(PAPER, sector="Conseil en chaleur"))
    assert change.part == "Activité"
    assert change.words[1:] == ((TextPiece.GONE, "énergie"), (TextPiece.NEW, "chaleur"))
    assert change.kind is TextPiece.SAME


def test_a_delegation_is_no_legal_representative():
    (change,) = differences(PAPER, replace(PAPER, delegation="pouvoir.pdf"))
    assert (change.part, change.kind) == ("Délégation", TextPiece.NEW)
    (change,) = differences(PAPER, replace(PAPER, representative="Zoé"))
    assert change.part == "Représentant"


def test_one_more_clause_changes_no_other():
    old = (Clause("1", "A", ("a",)), Clause("2", "C", ("c",)))
    new = (old[0], Clause("2", "B", ("b",)), Clause("3", "C", ("c",)))
    (change,) = differences(replace(PAPER, clauses=old), replace(PAPER, clauses=new))
    assert (change.clause, change.kind) == ("2. B", TextPiece.NEW)
    (change,) = differences(replace(PAPER, clauses=new), replace(PAPER, clauses=old))
    assert (change.clause, change.kind) == ("2. B", TextPiece.GONE)


def test_an_end_that_is_taken_away_is_seen():
    (change,) = differences(PAPER, replace(PAPER, ends_on=None))
    assert change.part == "Fin"


@given(st.text("ab \n"), st.text("ab \n"))
def test_words_give_both_texts_back(old, new):
    words = words_between(old, new)
    assert "".join(text for piece, text in words if piece is not TextPiece.NEW) == old
    assert "".join(text for piece, text in words if piece is not TextPiece.GONE) == new


def test_every_fault_and_level_has_its_words():
    assert len({statement_of(fault) for fault in SealFault}) == len(SealFault)
    for level in Level:
        for method in SigningMethod:
            said = [sentence for sentence, _ in signature_value(level, method, demo=False)]
            assert "simple" in said[0]
            assert len(signature_value(level, method, demo=True)) == len(said) + 1
