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
ADR_LINK = "../../adr/"
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b(?=[^>]*\brel=["']?(?:stylesheet|preconnect|icon|preload))[^>]*\bhref=["']?(?:https?:)?//"""
)
LINK_OUTSIDE = re.compile(r"\]\((\.\./(?!adr/)[^)]*)\)")
ENTRY = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=fr/index.html">
<title>Espace client</title>
<a href="fr/index.html">Français</a> · <a href="en/index.html">English</a>
</html>
"""


def decision_files() -> list[Path]:
    return sorted((DOCS / "adr").glob("[0-9]*.md"))


def title_of(path: Path) -> str:
    return path.read_text("utf8").splitlines()[0].lstrip("# ").strip()


def stage(sources: Path) -> None:
    """Copy what is built: both trees, each with the decisions beside its page that lists them."""
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(DOCS, sources, ignore=shutil.ignore_patterns("adr"))
    for language in LANGUAGES:
        folder = sources / language / "contribute"
        (folder / "adr").mkdir()
        for path in decision_files():
            text = LINK_OUTSIDE.sub(r"(\1)", path.read_text("utf8"))
            (folder / "adr" / path.name).write_text(text, "utf8")
        for page in folder.glob("*.md"):
            text = page.read_text("utf8").replace(f"]({ADR_LINK}", "](adr/")
            page.write_text(text, "utf8")
        lines = [f"- [{title_of(path)}](adr/{path.name})" for path in decision_files()]
        with (folder / "adr.md").open("a", encoding="utf8") as page:
            page.write("\n" + "\n".join(lines) + "\n")


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
