"""Load the fonts of printed documents and refuse characters that none of them has."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import N_

if TYPE_CHECKING:
    import typst

_SAID = 40  # characters of a text quoted in an error
# Control, invisible and direction characters, and unassigned ones.
_NO_SIGNS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_USUAL = re.compile(
    r"[\n -~\u00a0-\u00ac\u00ae-\u017f\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u202f\u20ac]*"
)
_UNSEEN = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_LINE = b'#set document(title: "-")\n#sys.inputs.text'
UNPRINTABLE = N_(
    "Le caractère {sign} ({code}) ne peut pas être imprimé dans un contrat : remplacez-le, dans"
    " « {text} »."
)


@cache
def fonts() -> "typst.Fonts":
    """Return the fonts of the packages, so that documents look the same on every machine."""
    import font_source_sans_pro
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])


def refuse_unprintable(text: str, sentence: str = UNPRINTABLE) -> None:
    """Raise Invalid for a character without a font, or invisible.

    `sentence` has the placeholders {sign}, {code} and {text}.
    """
    sign = unprintable_in(text)
    if sign:
        around = "".join(each if each.isprintable() else "?" for each in text[:_SAID])
        code = f"U+{ord(sign):04X}"
        raise Invalid(sentence, sign=sign if sign.isprintable() else "?", code=code, text=around)


def unprintable_in(text: str) -> str:
    """Return the first character of `text` that cannot be printed; "" when all can."""
    if _USUAL.fullmatch(text):
        return ""
    for sign in text:
        if sign != "\n" and unicodedata.category(sign) in _NO_SIGNS:
            return sign
    return _without_a_font(text)


@lru_cache(256)
def _without_a_font(text: str) -> str:
    """Return the first character without a font, according to typst in accessible mode.

    It takes some milliseconds.
    """
    import typst

    try:
        typst.compile(
            _LINE,
            sys_inputs={"text": text},
            font_paths=fonts(),
            format="pdf",
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        unseen = _UNSEEN.search(error.message)
        if unseen is None:
            raise
        return unseen[1][0]
    return ""
