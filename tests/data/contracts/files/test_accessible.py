"""What PDF/UA-1 asks and a machine can tell, of a contract drawn, signed, and amended three times.

No validator of the norm runs here: these are its rules that the tags of a file can break.
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest

from data.contracts.files.renderer import render
from tests.data.contracts.files.papers import PAPER

INSIDE = "inside another"  # what is read instead of some signs
PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh"}
HEADINGS = {"/H1": 1, "/H2": 2, "/H3": 3, "/H4": 4, "/H5": 5, "/H6": 6}
STANDARD = {
    "/Document", "/Div", "/P", "/Span", "/Form", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD",
    "/L", "/LI", "/Lbl", "/LBody", "/Figure", "/Sect", "/Link", *HEADINGS,
}  # fmt: skip


@pytest.fixture(params=["drawn", "signed", "amended"])
def pdf(request):
    given = request.param
    content = render(PAPER) if given == "drawn" else request.getfixturevalue(given)
    with pikepdf.open(BytesIO(content)) as opened:
        yield opened


def elements(pdf) -> Iterator[pikepdf.Dictionary]:
    """Those of the structure, in the order in which they are read."""
    yield from _below(pdf.Root.StructTreeRoot.K)


def _below(found) -> Iterator[pikepdf.Dictionary]:
    if isinstance(found, pikepdf.Array):
        for each in found:
            yield from _below(each)
    elif isinstance(found, pikepdf.Dictionary) and "/S" in found:
        yield found
        if "/K" in found:
            yield from _below(found.K)


def attribute(element, name):
    kept = element.get("/A", pikepdf.Array())
    every = list(kept) if isinstance(kept, pikepdf.Array) else [kept]
    return next((one[name] for one in every if name in one), None)


def parents(pdf):
    nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}


def test_it_says_what_it_is_in_every_state(pdf):
    root = pdf.Root
    assert str(root.Lang) == "fr-FR"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert PAPER.number in str(pdf.docinfo.Title)
    assert pdf.open_metadata(set_pikepdf_as_editor=False).get("pdfuaid:part") == "1"


def test_all_that_is_painted_is_told_or_is_decoration(pdf):
    """Each MCID leads to the element that holds it, on its page."""
    known = parents(pdf)
    for page in pdf.pages:
        held = known[int(page.StructParents)]
        opened: list[int | str] = []
        for one in pikepdf.parse_content_stream(page):
            operator = str(one.operator)
            if operator in {"BDC", "BMC"}:
                opened.append(_mark(one.operands))
                assert opened[-1] != INSIDE or len(opened) > 1
            elif operator == "EMC":
                opened.pop()
            elif operator in PAINTS:
                assert opened, f"{operator} in no mark, page {page.index + 1}"
        assert not opened
        for mark in _marks(page):
            assert mark in _numbers(held[mark].K), (page.index, mark)


def _mark(operands) -> int | str:
    tag, properties = str(operands[0]), operands[1] if len(operands) > 1 else {}
    if tag == "/Artifact":
        return tag
    return int(properties.MCID) if "/MCID" in properties else INSIDE


def _marks(page) -> list[int]:
    found = (
        _mark(one.operands)
        for one in pikepdf.parse_content_stream(page)
        if str(one.operator) in {"BDC", "BMC"}
    )
    return [mark for mark in found if isinstance(mark, int)]


def _numbers(kept) -> set[int]:
    every = list(kept) if isinstance(kept, pikepdf.Array) else [kept]
    return {
        int(one.MCID) if isinstance(one, pikepdf.Dictionary) else int(one)
        for one in every
        if not isinstance(one, pikepdf.Dictionary) or "/MCID" in one
    }


def test_only_known_tags_are_used(pdf):
    mapped = {str(name) for name in pdf.Root.StructTreeRoot.get("/RoleMap", {})}
    assert {str(one.S) for one in elements(pdf)} <= STANDARD | mapped


def test_headings_begin_at_one_and_skip_no_level(pdf):
    levels = [HEADINGS[str(one.S)] for one in elements(pdf) if str(one.S) in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(levels) > 5


def test_a_picture_says_what_it_shows(pdf):
    pictures = [one for one in elements(pdf) if one.S in ("/Figure", "/Formula")]
    assert all(str(one.get("/Alt", "")).strip() for one in pictures)


def test_each_cell_of_a_table_leads_to_its_header(pdf):
    tables = [one for one in elements(pdf) if one.S == "/Table"]
    assert tables
    for table in tables:
        heads = [one for one in _below(table.K) if one.S == "/TH"]
        assert heads
        assert {str(attribute(one, "/Scope")) for one in heads} <= {"/Column", "/Row"}
        known = {bytes(one.ID) for one in heads}
        for cell in (one for one in _below(table.K) if one.S == "/TD"):
            assert {bytes(one) for one in attribute(cell, "/Headers")} <= known
            assert len(attribute(cell, "/Headers"))
        widths = {len(list(row.K)) for row in _below(table.K) if row.S == "/TR"}
        assert len(widths) == 1


def test_fields_are_reached_in_the_order_in_which_they_are_told(pdf):
    told = [one.K.Obj.objgen for one in elements(pdf) if one.S == "/Form"]
    shown = []
    for page in pdf.pages:
        widgets = [one for one in page.get("/Annots", []) if one.Subtype == "/Widget"]
        assert not widgets or page.Tabs == "/S"
        assert all(str(one.get("/TU", "")).strip() for one in widgets)
        shown += [one.objgen for one in widgets]
    assert told == shown


def test_every_font_is_inside_and_its_signs_are_letters(pdf):
    """So that what is read aloud or copied is what is printed."""
    fonts = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary)
        and one.get("/Type") == "/Font"
        and one.get("/Subtype") not in ("/CIDFontType0", "/CIDFontType2")
    ]
    assert fonts
    for font in fonts:
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        assert {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()), font.BaseFont
        assert len(font.ToUnicode.read_bytes())
