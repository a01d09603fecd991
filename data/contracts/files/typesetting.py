"""Typst with our drawings and nothing else: what is printed comes in as JSON, never as markup."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from data.errors import Invalid
from i18n import N_

TEMPLATES = Path(__file__).parents[1] / "templates"
_SAID = 40  # signs of a text that are named to who wrote it
# Controls, what hides or turns the text around, and what is no sign at all.
_NO_SIGNS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_UNPRINTABLE = N_(
    "Le signe {sign} ({code}) ne peut pas être imprimé dans un contrat : remplacez-le, "
    "dans « {text} »."
)


def drawn(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of a document: PDF/UA-1, the same for the same values.

    Raises Invalid for a sign that cannot be printed as it reads.
    """
    for text in _texts(values):
        refuse_unprintable(text)
    try:
        return _compiled(template, name, values, accessible=True)
    except typst.TypstError as error:
        unseen = _UNSEEN.search(error.message)
        if unseen is None:
            raise
        found = next(text for text in _texts(values) if unseen[1] in text)
        raise _unprintable(unseen[1][0], found) from error


def patch(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of what a field shows; its reader hears the field, so that it has no tags."""
    drawn(template, name, values)  # which alone refuses what no font has
    return _compiled(template, name, values, accessible=False)


def _compiled(template: str, name: str, values: Mapping[str, Any], *, accessible: bool) -> bytes:
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={name: json.dumps(values, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"] if accessible else [],
        pdf_tags=accessible,
    )


@cache
def _fonts() -> typst.Fonts:
    """Those of the packages, so that a paper looks the same wherever it is printed."""
    return typst.Fonts(include_system_fonts=False, font_paths=[font_source_sans_pro.font_directory])


def refuse_unprintable(text: str) -> None:
    """Raise Invalid for what no font has, and for what would show otherwise than it reads."""
    for sign in text:
        if sign != "\n" and unicodedata.category(sign) in _NO_SIGNS:
            raise _unprintable(sign, text)


def _unprintable(sign: str, text: str) -> Invalid:
    around = "".join(each if each.isprintable() else "?" for each in text[:_SAID])
    code = f"U+{ord(sign):04X}"
    return Invalid(_UNPRINTABLE, sign=sign if sign.isprintable() else "?", code=code, text=around)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
