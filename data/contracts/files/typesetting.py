"""Run typst with the portal's templates only; content comes as JSON, never as markup."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typst

from core.pdf_fonts import fonts, refuse_unprintable

TEMPLATES = Path(__file__).parents[1] / "templates"


def drawn(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of a document: PDF/UA-1, the same for the same values.

    Raises Invalid for a sign that cannot be printed as it reads.
    """
    for text in _texts(values):
        refuse_unprintable(text)
    return _compiled(template, name, values, accessible=True)


def patch(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of what a field shows; its reader hears the field, so that it has no tags."""
    drawn(template, name, values)  # which alone refuses what no font has
    return _compiled(template, name, values, accessible=False)


def _compiled(template: str, name: str, values: Mapping[str, Any], *, accessible: bool) -> bytes:
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs={name: json.dumps(values, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"] if accessible else [],
        pdf_tags=accessible,
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
