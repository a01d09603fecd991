"""Typeset a PDF with typst; content comes as JSON, never as markup."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.pdf_fonts import fonts


def typeset(
    template: Path,
    name: str,
    values: Mapping[str, Any],
    *,
    root: Path | None = None,
    accessible: bool = True,
) -> bytes:
    """Return the PDF of `template`, PDF/UA-1 if `accessible`; it reads `values` under `name`.

    Templates import others below `root`, by default its folder. The texts must be printable.
    """
    import typst  # 7 MB that few requests need

    return typst.compile(
        template,
        root=root or template.parent,
        font_paths=fonts(),
        sys_inputs={name: json.dumps(values, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"] if accessible else [],
        pdf_tags=accessible,
    )
