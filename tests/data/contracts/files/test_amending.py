"""Amendments: written beside seals that stay, one after the other, and never twice."""

from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import NumberObject, TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from core.errors import Conflict, Invalid
from data.contracts.files import amendment as amendments
from data.contracts.files.amendment import amend, amendments_left
from data.contracts.files.renderer import render
from data.contracts.files.verification import check
from data.contracts.types import RESERVED, Party, SealFault
from tests.data.contracts.files.papers import PAPER, amendment, sealed
from tests.data.contracts.files.test_drawing import HOSTILE, REFUSED


def field_of(pdf, name):
    with pikepdf.open(BytesIO(pdf)) as opened:
        found = next(each for each in opened.Root.AcroForm.Fields if str(each.T) == name)
        return str(found.get("/V", ""))


def refilled(pdf, name, text):
    """Filled again by somebody else, as a form may be."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    for each in writer.root["/AcroForm"]["/Fields"]:
        field = each.get_object()
        if field["/T"] == name:
            field[pdf_name("/V")] = TextStringObject(text)
            writer.update_container(field)
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def test_its_text_is_added_and_nothing_is_touched(signed, key):
    made = amend(signed, amendment(1))
    assert made.startswith(signed)
    text = field_of(made, "avenant-1")
    assert text.splitlines()[:2] == ["Changement 1", "Prend effet le 1er janvier 2027."]
    assert "prévoir les achats" in text
    assert amendments_left(signed) == RESERVED
    assert amendments_left(made) == RESERVED - 1


def test_until_it_is_sealed_the_end_is_covered_by_nobody(signed, key):
    checked = check(amend(signed, amendment(1)), key.anchors)
    assert checked.all_faults == (SealFault.TRAILING,)
    assert not checked.valid


def test_once_none_is_left_a_renewal_is_needed(signed, key, monkeypatch):
    monkeypatch.setattr(amendments, "RESERVED", 1)
    pdf = sealed(amend(signed, amendment(1)), key, 1)
    assert amendments_left(pdf) == 0
    with pytest.raises(Conflict, match="renouveler"):
        amend(pdf, amendment(2))


@pytest.mark.proof
def test_every_reserved_amendment_fits_then_a_renewal_is_needed(signed, key):
    pdf = signed
    for number in range(1, RESERVED + 1):
        pdf = sealed(amend(pdf, amendment(number)), key, number)
    assert amendments_left(pdf) == 0
    checked = check(pdf, key.anchors)
    assert checked.valid
    assert len(checked.seals) == 2 * (RESERVED + 1)
    with pytest.raises(Conflict, match="renouveler"):
        amend(pdf, amendment(RESERVED + 1))


def test_one_comes_after_the_other(signed):
    with pytest.raises(Conflict, match="numéro 1"):
        amend(signed, amendment(2))
    with pytest.raises(Conflict, match="signer ce qui précède"):
        amend(render(PAPER), amendment(1))
    with pytest.raises(Conflict, match="signer ce qui précède"):
        amend(amend(signed, amendment(1)), amendment(2))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_written_as_it_reads(signed, key, text):
    made = sealed(amend(signed, amendment(1, subject=text, text=text)), key, 1)
    assert field_of(made, "avenant-1").count(text) == 2
    assert check(made, key.anchors).valid


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_printed_is_refused(signed, text):
    with pytest.raises(Invalid):
        amend(signed, amendment(1, text=text))


def test_tabs_and_ends_of_lines_of_a_form_are_taken(signed):
    made = amend(signed, amendment(1, text="un\tdeux\r\n\r\n  trois  \r\n"))
    assert field_of(made, "avenant-1").splitlines()[2:] == ["un deux", "trois"]


@pytest.mark.parametrize("said", [{"text": " \n "}, {"subject": ""}])
def test_an_empty_one_is_refused(signed, said):
    with pytest.raises(Invalid, match="objet et un texte"):
        amend(signed, amendment(1, **said))


@pytest.mark.parametrize("text", ["mot " * 2000, "W" * 5000, "ligne\n" * 60])
def test_one_that_does_not_fit_is_refused(signed, text):
    with pytest.raises(Invalid, match="ne tient pas"):
        amend(signed, amendment(1, text=text))


def test_an_amendment_that_was_signed_is_not_rewritten(signed, key):
    pdf = sealed(amend(signed, amendment(1)), key, 1)
    forged = refilled(pdf, "avenant-1", "Le contraire.")
    assert SealFault.TRAILING in check(forged, key.anchors).all_faults
    again = sealed(amend(forged, amendment(2)), key, 2)  # even under seals that are ours
    found = {each.number: each.faults for each in check(again, key.anchors).seals}
    assert found[1] == (SealFault.REWRITTEN,)
    assert found[2] == ()


def test_what_is_no_form_fill_is_seen(signed, key):
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Pages"]["/Kids"][0].get_object()[pdf_name("/Rotate")] = NumberObject(90)
    writer.update_container(writer.root["/Pages"]["/Kids"][0].get_object())
    held = BytesIO()
    writer.write(held)
    checked = check(held.getvalue(), key.anchors)
    assert set(checked.all_faults) == {SealFault.REWRITTEN, SealFault.TRAILING}
    assert {each.party for each in checked.seals} == set(Party)
