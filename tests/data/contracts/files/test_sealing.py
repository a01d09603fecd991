"""Seals of both parties, judged by two programs."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from core.errors import Conflict, Invalid, Unreadable
from data.contracts.files.amendment import amend
from data.contracts.files.keys import pem_of
from data.contracts.files.layout import boxes, seal_name
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.files.verification import check
from data.contracts.types import Level, Party, SealFault, SigningMethod, seals_of
from tests.data.contracts.files.papers import (
    AT,
    CONSENT,
    NAMES,
    PAPER,
    amendment,
    sealed,
    signing,
    text_of,
)
from tests.pdfsig import said_of


def by_pyhanko(pdf, key):
    """Its own default policy, without anything of ours."""
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    anchors = {"trust_roots": [Certificate.load(one) for one in key.anchors], "moment": AT}
    return [validate_pdf_signature(each, ValidationContext(**anchors)) for each in found]


def test_both_parties_seal_and_the_check_finds_them(signed, key):
    checked = check(signed, key.anchors)
    assert checked.valid
    assert [(each.party, each.number) for each in checked.seals] == [(one, 0) for one in Party]
    for each in checked.seals:
        assert (each.name, each.at, each.level) == (NAMES[each.party], AT, Level.B_B)
        assert (each.intact, each.trusted, each.covers) == (True, True, True)
        assert "DEMO" in each.signer
    assert seals_of(checked.seals, 0) == set(Party)


def test_pyhanko_calls_them_valid(signed, key):
    said = by_pyhanko(signed, key)
    assert len(said) == 2
    assert all(each.bottom_line for each in said)


@pytest.mark.slow
def test_pdfsig_calls_them_valid(signed, key, tmp_path):
    said = said_of(signed, pem_of(key.anchors), tmp_path)
    assert [each.field for each in said] == [seal_name(each, 0) for each in Party]
    assert all(each.valid and each.trusted for each in said)
    assert [each.whole for each in said] == [False, True]


@pytest.mark.slow
def test_three_amendments_leave_every_seal_valid_for_both_programs(amended, key, tmp_path):
    said = said_of(amended, pem_of(key.anchors), tmp_path)
    assert len(said) == 8
    assert all(each.valid and each.trusted for each in said)
    assert said[-1].whole
    assert all(each.bottom_line for each in by_pyhanko(amended, key))
    checked = check(amended, key.anchors)
    assert checked.valid
    assert all(seals_of(checked.seals, number) == set(Party) for number in range(4))


def test_a_seal_only_adds_octets(signed, key):
    drawn = render(PAPER)
    once, _ = seal(drawn, signing(Party.CLIENT), key)
    twice, _ = seal(once, signing(Party.OPERATOR), key)
    assert once.startswith(drawn)
    assert twice.startswith(once)


def test_what_was_agreed_to_is_in_the_seal(signed):
    with pikepdf.open(BytesIO(signed)) as pdf:
        held = {str(each.T): each.get("/V") for each in pdf.Root.AcroForm.Fields}
        mine = held[seal_name(Party.CLIENT, 0)]
        assert str(mine.Reason) == CONSENT
        assert mine.SubFilter == "/ETSI.CAdES.detached"
        assert pdf.Root.Perms.DocMDP.objgen == mine.objgen
        assert pdf.Root.Lang == "fr-FR"


def test_the_seal_shows_who_when_and_how(key):
    how = signing(Party.CLIENT, method=SigningMethod.CODE_TOTP, email="bob@conseil.example")
    with pikepdf.open(BytesIO(seal(render(PAPER), how, key)[0])) as pdf:
        field = next(each for each in pdf.Root.AcroForm.Fields if "/V" in each)
        shown = pikepdf.Pdf.new()
        page = shown.add_blank_page(page_size=(400, 200))
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(It=shown.copy_foreign(field.AP.N))
        )
        page.Contents = shown.make_stream(b"/It Do")
        held = BytesIO()
        shown.save(held)
    text = text_of(held.getvalue()).replace("\xa0", " ")
    for each in ("Bob Mercier", "24/11/2026 à 9 h 42", "bob@conseil.example", "DEMO"):
        assert each in text
    assert "application" in " ".join(text.split())


def test_the_client_comes_first(key):
    with pytest.raises(Conflict, match="après le client"):
        seal(render(PAPER), signing(Party.OPERATOR), key)


def test_nobody_signs_twice(signed, key):
    for party in Party:
        with pytest.raises(Conflict, match="déjà signé"):
            seal(signed, signing(party), key)


def test_an_amendment_is_written_before_it_is_signed(signed, key):
    with pytest.raises(Conflict, match="avenant 1"):
        seal(signed, signing(Party.CLIENT, 1), key)
    with pytest.raises(Conflict, match="emplacement"):
        seal(signed, signing(Party.CLIENT, 99), key)
    half, _ = seal(amend(signed, amendment(1)), signing(Party.CLIENT, 1), key)
    assert check(half, key.anchors).valid


def test_another_pdf_is_no_contract(key):
    held = BytesIO()
    other = pikepdf.Pdf.new()
    other.add_blank_page()
    other.save(held)
    for content in (held.getvalue(), b"", b"%PDF-1.7 nothing"):
        with pytest.raises(Unreadable, match="n’est pas un contrat"):
            seal(content, signing(Party.CLIENT), key)


def test_a_name_that_no_font_has_is_refused_before_anything_is_sealed(key):
    with pytest.raises(Invalid, match=r"U\+1F600"):
        seal(render(PAPER), signing(Party.CLIENT, name="Bob 😀"), key)


@pytest.mark.parametrize("days", [-30, 4000])
def test_nothing_is_sealed_out_of_the_days_of_the_certificate(key, days):
    with pytest.raises(Conflict, match="certificat de scellement"):
        seal(render(PAPER), signing(Party.CLIENT, at=AT + timedelta(days=days)), key)


def test_a_seal_of_nobody_known_is_not_trusted(signed):
    checked = check(signed, ())
    assert not checked.valid
    assert checked.all_faults == (SealFault.UNTRUSTED,)
    assert all(each.intact and not each.trusted for each in checked.seals)


def test_a_seal_put_when_its_certificate_was_over_says_so(key, monkeypatch):
    monkeypatch.setattr("data.contracts.files.seal_writer.require_in_force", lambda *_: None)
    late, _ = seal(render(PAPER), signing(Party.CLIENT, at=AT + timedelta(days=4000)), key)
    assert check(late, key.anchors).all_faults == (SealFault.EXPIRED,)


def test_what_is_no_pdf_or_bears_no_seal_is_said(key):
    assert check(b"nothing", key.anchors).faults == (SealFault.UNREADABLE,)
    assert check(render(PAPER), key.anchors).faults == (SealFault.UNSEALED,)
    assert not check(render(PAPER), key.anchors).valid


def test_every_place_for_a_seal_can_be_used(key):
    long = "W" * 120
    paper = replace(PAPER, operator=long[:60])
    pdf = sealed(render(paper), key, name=long, function=long, email=f"{long[:60]}@a.example")
    assert check(pdf, key.anchors).valid
    assert len(boxes()) == 2 + 3 * 6
