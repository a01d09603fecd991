"""What the fonts of our papers have, told sign by sign."""

import pytest

from core.errors import Invalid
from core.pdf_fonts import _USUAL, _without_a_font, refuse_unprintable, unprintable_in


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(code) for code in range(0x20, 0x180) if chr(code).isprintable()),
        "Société « Été » — l’Œuvre… 12\u202f000\u00a0€",
        "e\u0301cole",
        "Ω Ж ①",
    ],
)
def test_what_has_a_font_is_printed(text):
    assert unprintable_in(text) == ""


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Gaz 🔥", "🔥"),
        ("Ω 日本", "日"),
        ("a\u202eb", "\u202e"),
        ("a\u00adb", "\u00ad"),
        ("\t", "\t"),
    ],
)
def test_what_has_none_is_named(text, sign):
    assert unprintable_in(text) == sign
    with pytest.raises(Invalid, match=rf"U\+{ord(sign):04X}"):
        refuse_unprintable(text)


def test_the_short_way_lets_only_pass_what_typst_prints():
    """Each usual sign, told by typst itself: the way that asks it nothing is as strict."""
    usual = "".join(filter(_USUAL.fullmatch, map(chr, range(0x20, 0x2100))))
    assert len(usual) > 280
    assert _without_a_font(usual) == ""
