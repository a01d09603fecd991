"""The documentation site: both languages have the same pages, and nothing leads nowhere."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name
from tests.site import FETCHED, LANGUAGES, stage

DOCS = ROOT / "docs"
SITE_PAGES = sorted(page for language in LANGUAGES for page in (DOCS / language).rglob("*.md"))
REFERENCE = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MOST_OCTETS = 4_000_000


def pages_of(language: str) -> set[str]:
    folder = DOCS / language
    return {page.relative_to(folder).as_posix() for page in folder.rglob("*.md")}


def navigation(language: str) -> list[str]:
    settings = tomllib.loads((DOCS / f"zensical.{language}.toml").read_text("utf8"))

    def paths(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        inside = entry.values() if isinstance(entry, dict) else entry
        return [path for one in inside for path in paths(one)]

    return paths(settings["project"]["nav"])


def anchors(page: Path) -> set[str]:
    titles = HEADING.findall(FENCE.sub("", page.read_text("utf8")))
    words = [
        re.sub(r"[^\w\s-]", "", re.sub(r"[*`]", "", title)).strip().lower() for title in titles
    ]
    return {re.sub(r"[\s-]+", "-", title) for title in words}


def is_broken(page: Path, target: str) -> bool:
    path, _hash, anchor = target.partition("#")
    place = (page.parent / path).resolve() if path else page
    if not place.exists():
        return True
    return bool(anchor) and place.suffix == ".md" and anchor not in anchors(place)


def test_both_languages_have_the_same_pages():
    assert pages_of("fr") == pages_of("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_navigation_names_each_page_once(language):
    assert sorted(navigation(language)) == sorted(pages_of(language))


def test_each_link_anchor_and_picture_exists():
    found = [
        (page, target)
        for page in SITE_PAGES
        for _picture, target in REFERENCE.findall(FENCE.sub("", page.read_text("utf8")))
        if "://" not in target
    ]
    assert len(found) > 100
    assert not [(name(page), target) for page, target in found if is_broken(page, target)]


def test_each_picture_is_described_used_and_small():
    for language in LANGUAGES:
        shown = {
            (page.parent / target).resolve()
            for page in (DOCS / language).rglob("*.md")
            for picture, target in REFERENCE.findall(page.read_text("utf8"))
            if picture
        }
        assert shown == set((DOCS / language / "pictures").iterdir())
    assert not [name(page) for page in SITE_PAGES if "![](" in page.read_text("utf8")]
    assert sum(path.stat().st_size for path in DOCS.rglob("pictures/*")) < MOST_OCTETS


def test_both_languages_show_the_same_pictures():
    assert len({tuple(sorted(p.name for p in (DOCS / one / "pictures").iterdir()))
                for one in LANGUAGES}) == 1  # fmt: skip


def test_each_language_gets_the_decisions(tmp_path):
    stage(tmp_path / "sources")
    for language in LANGUAGES:
        folder = tmp_path / "sources" / language / "contribute"
        assert "](adr/index.md)" in (folder / "adr.md").read_text("utf8")
        assert len(list((folder / "adr").iterdir())) == len(list((DOCS / "adr").iterdir()))


@pytest.mark.parametrize(
    ("element", "elsewhere"),
    [
        ('<script src="https://cdn.example/a.js">', True),
        ('<link rel="stylesheet" href="//fonts.example/a.css">', True),
        ('<img alt="" src="http://a.example/b.png">', True),
        ('<img alt="" src="../pictures/home.png">', False),
        ('<link rel="canonical" href="https://a.example/">', False),
        ('<a href="https://www.standardwebhooks.com">', False),
    ],
)
def test_an_element_that_asks_another_host_is_found(element, elsewhere):
    assert bool(FETCHED.search(element)) == elsewhere
