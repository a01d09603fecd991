"""Writes the README's table of settings from the settings themselves (`make readme`)."""

import re
import sys

from settings import Settings
from tests.architecture.sources import ROOT

README = ROOT / "README.md"
MARKS = ("<!-- settings -->", "<!-- /settings -->")


def table() -> str:
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if default == "" else f"`{str(default).lower() if default is True else default}`"
        lines.append(f"| `PORTAL_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def main() -> int:
    start, end = MARKS
    text = README.read_text("utf8")
    block = f"{start}\n{table()}\n{end}"
    written = re.sub(f"{start}.*?{end}", lambda _match: block, text, count=1, flags=re.DOTALL)
    README.write_text(written, "utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
