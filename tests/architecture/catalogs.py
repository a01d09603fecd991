"""Brings the catalogs up to date with the sentences of the code (`make catalogs`)."""

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tests.architecture.sources import ROOT, modules, name

ENGLISH = ROOT / "locales" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}


@cache
def sentences() -> dict[str, set[str]]:
    """Every sentence a person may read, with the files that say it."""
    said: dict[str, set[str]] = {}
    sources: list[tuple[str, Path]] = [("python", path) for path in modules()]
    sources += [("jinja2", path) for path in sorted((ROOT / "api/templates").rglob("*.html"))]
    for method, path in sources:
        found = extract_from_file(method, path, keywords=KEYWORDS, options={"encoding": "utf8"})
        for _line, message, _comments, _context in found:
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    said.setdefault(text, set()).add(name(path))
    return said


def read(path: Path = ENGLISH) -> Catalog:
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def main() -> int:
    """Write the English catalog: kept where a sentence still stands, empty where it is new."""
    old = read()
    new = Catalog(
        locale="en",
        project="espace-client",
        version="0.1.0",
        creation_date=datetime(2026, 11, 24, tzinfo=UTC),
        revision_date=datetime(2026, 11, 24, tzinfo=UTC),
        last_translator="",
        language_team="",
        fuzzy=False,
    )
    new.header_comment = "# English sentences of the portal; `make catalogs` adds what is missing."
    missing = 0
    for text, files in sorted(sentences().items()):
        kept = old.get(text)
        translation = kept.string if kept else ""
        new.add(text, translation, locations=[(file, 0) for file in sorted(files)])
        missing += not translation
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        write_po(file, new, width=100, include_lineno=False)
    print(f"{len(new)} sentences, {missing} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
