"""Run typst with the portal's templates only; content comes as JSON, never as markup."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.pdf_fonts import refuse_unprintable
from core.typesetting import typeset

TEMPLATES = Path(__file__).parents[1] / "templates"


def rendered(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF/UA-1 of a document, equal for equal values.

    Raise Invalid for a character that cannot be printed.
    """
    for text in _texts(values):
        refuse_unprintable(text)
    return typeset(TEMPLATES / template, name, values)


def patch(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF of a field's appearance, untagged since readers announce the field itself."""
    # refuses unprintable characters, which untagged compilation does not
    rendered(template, name, values)
    return typeset(TEMPLATES / template, name, values, accessible=False)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
