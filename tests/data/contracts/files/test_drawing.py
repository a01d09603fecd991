"""A contract as it is printed: accessible, the same each time, and never markup."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from core.errors import Invalid
from core.i18n import french_day
from data.contracts.files.clauses import clauses
from data.contracts.files.layout import boxes
from data.contracts.files.renderer import render
from data.contracts.types import RESERVED, Clause
from tests.data.contracts.files.papers import PAPER, text_of

HOSTILE = (
    '#set page(fill: red) #eval("1+1") #import "theme.typ": *',
    "[contenu] $x^2$ \\ * _ ` ~ @ref <label> = titre",
    "« L’\"été\" » 'simple' -- --- ... // /* */",
    "{{sys.inputs}} %s {0} </text> &amp;",
    "Société שלום עולם",
    "Ωμέγα Жук ✓ ≥ ½ №",
    "e\u0301cole",
)
REFUSED = (
    "bien\u202efdp.exe",
    "a\u200bb",
    "nul\x00",
    "échappe\x1b[31m",
    "privé\ue000",
    "😀",
    "漢字",
)


def opened(pdf):
    return pikepdf.open(BytesIO(pdf))


@pytest.fixture(scope="module")
def drawn():
    return render(replace(PAPER, clauses=clauses()[1]))


def test_the_same_paper_gives_the_same_octets(drawn):
    assert render(replace(PAPER, clauses=clauses()[1])) == drawn
    assert render(PAPER) != drawn


def test_all_that_is_agreed_is_printed(drawn):
    text = text_of(drawn)
    said = (PAPER.number, PAPER.operator, PAPER.organisation, PAPER.siret, PAPER.vat, PAPER.email)
    for each in (*said, *PAPER.address, "Bob Mercier, gérant", "36 mois", "1er décembre 2026"):
        assert each in text
    assert "30 novembre 2029" in text
    assert text.count("En attente de signature") == 2
    assert all(f"Réservé à l’avenant {number}" in text for number in range(1, RESERVED + 1))


def test_who_signs_by_delegation_is_printed_with_it():
    text = " ".join(text_of(render(replace(PAPER, delegation="delegation.pdf"))).split())
    assert "Signataire par délégation\u00a0: delegation.pdf".replace("\u00a0", " ") in text.replace(
        "\u00a0", " "
    )
    assert "délégation" not in text_of(render(PAPER))


def test_a_contract_without_an_end_says_so():
    assert "pas de fin fixée" in text_of(render(replace(PAPER, ends_on=None)))


def test_it_says_that_it_is_accessible_french_and_tagged(drawn):
    with opened(drawn) as pdf:
        meta = bytes(pdf.Root.Metadata.read_bytes())
        assert b"<pdfuaid:part>1</pdfuaid:part>" in meta
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert PAPER.number in str(pdf.docinfo.Title)


def test_each_field_is_heard_and_is_in_the_structure(drawn):
    with opened(drawn) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert [str(each.T) for each in fields] == list(boxes())
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}
        for field in fields:
            element = parents[int(field.StructParent)]
            assert element.S == "/Form"
            assert element.K.Obj.objgen == field.objgen
            assert str(field.TU)
        tops = [each.objgen for each in pdf.Root.StructTreeRoot.K[0].K]
        assert len(tops) == len(set(tops))
        assert {parents[int(field.StructParent)].objgen for field in fields} <= set(tops)
        assert all(page.Tabs == "/S" for page in pdf.pages)


def test_every_font_is_inside(drawn):
    with opened(drawn) as pdf:
        below = [
            each.DescendantFonts[0].FontDescriptor
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
            if "/DescendantFonts" in each
        ]
        assert below
        assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in below)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_reads(text):
    paper = replace(
        PAPER, organisation=text, clauses=(Clause("1", text, (text,)),), uses=((text, 12),)
    )
    with opened(render(paper)) as pdf:
        assert len(pdf.pages) == len(opened(render(PAPER)).pages)
    shown = "".join(text_of(render(paper)).split())
    if text.isascii():
        assert shown.count("".join(text.split())) >= 4


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_printed_is_refused_with_its_code(text):
    with pytest.raises(Invalid) as refused:
        render(replace(PAPER, representative=text))
    sentence = str(refused.value)
    assert "U+" in sentence
    assert sentence.isprintable() or "\u00a0" in sentence


@pytest.mark.parametrize("field", ["operator", "operator_address"])
def test_who_is_stopped_by_the_operators_own_words_is_told_who_mends_them(field):
    with pytest.raises(Invalid, match="Le distributeur doit le corriger"):
        render(replace(PAPER, **{field: "Réseau 🔥"}))


def test_a_word_without_end_stays_on_its_page():
    pdf = render(
        replace(PAPER, organisation="W" * 400, clauses=(Clause("1", "x" * 300, ("y" * 900,)),))
    )
    for page in pypdfium2.PdfDocument(pdf):
        width, _ = page.get_size()
        held = page.get_textpage()
        for place in range(held.count_rects()):
            left, _, right, _ = held.get_rect(place)
            assert 0 <= left <= right <= width - 40


def test_a_long_contract_keeps_its_fields_on_its_last_pages():
    long = tuple(Clause(str(at), "Titre", ("Phrase. " * 200,)) for at in range(1, 20))
    uses = tuple((f"Usage {at}", 12) for at in range(60))
    with opened(render(replace(PAPER, clauses=long, uses=uses))) as pdf:
        places = {page.objgen: at for at, page in enumerate(pdf.pages)}
        last = len(pdf.pages) - 1
        for field, box in zip(pdf.Root.AcroForm.Fields, boxes().values(), strict=True):
            assert places[field.P.objgen] == last - box.page


def test_boxes_do_not_overlap():
    held = list(boxes().values())
    for at, one in enumerate(held):
        assert one.x > 0
        assert one.rect[1] > 60
        for other in held[at + 1 :]:
            apart = one.x + one.w <= other.x or other.x + other.w <= one.x
            apart = apart or one.y + one.h <= other.y or other.y + other.h <= one.y
            assert apart or one.page != other.page


def test_days_are_said_as_one_speaks():
    assert french_day(date(2026, 12, 1)) == "1er décembre 2026"
    assert french_day(date(2026, 8, 21)) == "21 août 2026"
