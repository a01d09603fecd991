"""Run typst with the portal's templates only; content comes as JSON, never as markup."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.pdf_fonts import fonts, refuse_unprintable

TEMPLATES = Path(__file__).parents[1] / "templates"


def rendered(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF/UA-1 of a document, equal for equal values.

    Raise Invalid for a character that cannot be printed.
    """
    for text in _texts(values):
        refuse_unprintable(text)
    return _compiled(template, name, values, accessible=True)


def patch(template: str, name: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF of a field's appearance, untagged since readers announce the field itself."""
    # refuses unprintable characters, which untagged compilation does not
    rendered(template, name, values)
    return _compiled(template, name, values, accessible=False)


def _compiled(template: str, name: str, values: Mapping[str, Any], *, accessible: bool) -> bytes:
    import typst  # 7 MB that few requests need

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
