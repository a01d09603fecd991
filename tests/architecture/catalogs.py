"""Bring the catalogs up to date with the sentences of the code (`make catalogs`)."""

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tests.architecture.sources import ROOT, modules, name

ENGLISH = ROOT / "locales" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "N_": None, "StateLabel": (1,), "plural": (1, 2)}


@cache
def sentences() -> dict[str, set[str]]:
    """Return every sentence a person may read, with the files that contain it."""
    said: dict[str, set[str]] = {}
    for path in [*modules(), *sorted((ROOT / "api/templates").rglob("*.html"))]:
        for text in said_in(path):
            said.setdefault(text, set()).add(name(path))
    return said


@cache
def said_in(path: Path) -> frozenset[str]:
    """Return the sentences of one file, cached: reading all files takes many seconds."""
    method = "python" if path.suffix == ".py" else "jinja2"
    found = extract_from_file(method, path, keywords=KEYWORDS, options={"encoding": "utf8"})
    messages = (message for _line, message, _comments, _context in found)
    texts = (one if isinstance(one, tuple) else (one,) for one in messages)
    return frozenset(text for some in texts for text in some if text)


def read(path: Path = ENGLISH) -> Catalog:
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def main() -> int:
    """Write the English catalog: keep known translations, leave new sentences empty."""
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
