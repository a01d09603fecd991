"""Write the tables of settings of the documentation from the settings themselves (`make readme`).

The French table takes its sentences from `docs/settings.fr.json`, by the English ones: a setting
that is added or described anew has none, and a test says so.
"""

import json
import re
import sys
from pathlib import Path

from core.settings import Settings
from tests.architecture.sources import ROOT

PAGES = {
    language: ROOT / "docs" / language / "operate" / "settings.md" for language in ("en", "fr")
}
FRENCH = ROOT / "docs" / "settings.fr.json"
HEADS = {"en": "| variable | default | what it is |", "fr": "| variable | défaut | ce que c’est |"}
MARKS = ("<!-- settings -->", "<!-- /settings -->")


def descriptions(language: str) -> dict[str, str]:
    """Return the words of each English description in *language*."""
    english = [str(field.description) for field in Settings.model_fields.values()]
    french: dict[str, str] = json.loads(FRENCH.read_text("utf8")) if language == "fr" else {}
    return {said: french.get(said, "" if language == "fr" else said) for said in english}


def table(language: str) -> str:
    described = descriptions(language)
    lines = [HEADS[language], "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if default == "" else f"`{str(default).lower() if default is True else default}`"
        words = described[str(field.description)]
        lines.append(f"| `PORTAL_{name.upper()}` | {shown} | {words} |")
    return "\n".join(lines)


def write_table(page: Path, language: str) -> None:
    start, end = MARKS
    block = f"{start}\n{table(language)}\n{end}"
    text = page.read_text("utf8")
    written = re.sub(f"{start}.*?{end}", lambda _match: block, text, count=1, flags=re.DOTALL)
    page.write_text(written, "utf8")


def main() -> int:
    for language, page in PAGES.items():
        write_table(page, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
