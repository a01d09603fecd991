"""Build the documentation site of `docs/` into `var/site`, without a network (`make docs`).

The sources are copied first: each language gets the decisions of `docs/adr`, which are written
once. Warnings (a link, an anchor or a picture that does not exist) fail the build, and so does a
built page that asks another host for anything.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT

LANGUAGES = ("fr", "en")
DOCS = ROOT / "docs"
BUILD = ROOT / "var" / "docs"  # also holds the environment that `make docs` installs
SITE = ROOT / "var" / "site"
ADR_LINK = "](../../adr/README.md)"
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preconnect|icon|preload))[^>]*\bhref=["']?(?:https?:)?//"""
)
ENTRY = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=fr/index.html">
<title>Espace client</title>
<a href="fr/index.html">Français</a> · <a href="en/index.html">English</a>
</html>
"""


def stage(sources: Path) -> None:
    """Copy what is built: both trees, each with the decisions, which are written once."""
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(DOCS, sources, ignore=shutil.ignore_patterns("adr"))
    for language in LANGUAGES:
        folder = sources / language / "contribute"
        shutil.copytree(DOCS / "adr", folder / "adr")
        (folder / "adr" / "README.md").rename(folder / "adr" / "index.md")
        page = folder / "adr.md"
        text = page.read_text("utf8").replace(ADR_LINK, "](adr/index.md)")
        page.write_text(text, "utf8")


def build(sources: Path, language: str) -> None:
    """Build one language; a warning is a failure."""
    settings = sources / f"zensical.{language}.toml"
    subprocess.run(
        [BUILD / "bin" / "zensical", "build", "--clean", "--strict", "--config-file", settings],
        check=True,
        cwd=sources,
    )


def fetched(folder: Path) -> list[str]:
    """Return each element of a built page that asks another host for something."""
    return [
        f"{page.relative_to(folder)}: {element[0]}"
        for page in sorted(folder.rglob("*.html"))
        for element in FETCHED.finditer(page.read_text("utf8"))
    ]


def main() -> int:
    sources = BUILD / "sources"
    stage(sources)
    for language in LANGUAGES:
        try:
            build(sources, language)
        except subprocess.CalledProcessError:
            return 1
    built = sources / "site"
    (built / "index.html").write_text(ENTRY, "utf8")
    for problem in fetched(built):
        print(f"asks another host: {problem}", file=sys.stderr)
        return 1
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.move(built, SITE)
    print(f"open {(SITE / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
