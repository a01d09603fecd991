"""What documents and code cite exists: paths, names, addresses, labels, variables, sections."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from api import BLUEPRINTS
from api.adict.errors import BASE
from core.settings import Settings
from jobs.demo.people import ACCOUNTS
from pages import PAGES
from tests.architecture.catalogs import read
from tests.architecture.sources import ROOT, name, tracked

LANGUAGES = ("en", "fr")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
SUFFIXES = "py|md|toml|json|js|css|po|ini|txt|in|html|mako|c|typ|yml|yaml"
PATH = re.compile(
    rf"(?=.*[A-Za-z])(?:[\w.-]{{2,}}/)+[\w.-]*(?:::\w+)?|[\w-][\w.-]*\.(?:{SUFFIXES})(?:::\w+)?"
)
MEDIA_TYPE = re.compile(r"(?:application|multipart|text)/[\w-]+")
ADDRESS = re.compile(r"/(?!/)[\w./-]*(?:\?[\w=&]*)?")
SETTING = re.compile(r"PORTAL_[A-Z0-9_]*[A-Z0-9]")
LABEL = re.compile(
    r"\b(?:press|open|appuyez sur|ouvrez)\s+\*\*([^*]+)\*\*", re.IGNORECASE
)  # of a button, a page or a tab
NAMED = re.compile(r"`(\w+)` (?:in|dans) `([\w./]+\.py)`")  # `handlers_of` in `jobs/…/worker.py`
ELSEWHERE = (
    "var/",
    ".venv/",
    "/etc/",
    "/srv/",
    "/.well-known/",
)  # of a machine that runs the portal
# Declined by decisions, built, or made by a reader.
NOT_HERE = {"helpers.py", "page.fr.md", "adr/index.md", "openapi.json"}
# `domain.md §2.3, §4.3`, `§4.5 to §4.8`, `§2.2–2.4`, also over two lines of a comment.
CITATION = re.compile(r"domain\.md((?:[\s,#]|and|to|§\d+(?:\.\d+)?(?:–\d+\.\d+)?)*)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SECTION = re.compile(r"^#{2,3} (\d+(?:\.\d+)?) ", re.MULTILINE)
DOCUMENT = re.compile(r"(?<![\w…-])(?:\.\./)*((?:[\w-][\w.-]*/)*[\w-][\w.-]*\.md)\b")
TEXTS = {".py", ".js", ".css", ".html", ".toml", ".yml", ".yaml", ".po", ".md", ".ini", ".typ"}


@cache
def texts() -> dict[Path, str]:
    """Return the text of every file that may cite another, but for this one."""
    paths = [path for path in tracked() if path.suffix in TEXTS or path.name == "Makefile"]
    return {path: path.read_text("utf8") for path in paths if path != Path(__file__)}


def documents() -> dict[Path, str]:
    return {path: text for path, text in texts().items() if path.suffix == ".md"}


def words_in_code(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    """Return each word of code that is a whole match, with its document."""
    return {
        (word, name(path))
        for path, text in documents().items()
        for code in [*FENCE.findall(text), *CODE.findall(FENCE.sub("", text))]
        for word in (part.strip("(),;:\"'") for part in code.split())
        if pattern.fullmatch(word)
    }


def path_exists(word: str, folder: Path = ROOT) -> bool:
    if word in NOT_HERE or word.startswith(ELSEWHERE) or MEDIA_TYPE.fullmatch(word):
        return True
    path = word.partition("::")[0].rstrip(".")
    return any(
        (place / found).exists() for place in (ROOT, folder) for found in (path, f"{path}.py")
    )


def test_every_path_in_a_document_exists():
    found = words_in_code(PATH)
    assert len(found) > 200, "the paths are not found any more"
    assert [one for one in sorted(found) if not path_exists(one[0], (ROOT / one[1]).parent)] == []


@pytest.mark.parametrize(
    ("word", "exists"),
    [
        ("core/settings/portal.py", True),
        ("settings/portal.py", False),
        ("data/exports/files/", True),
        ("data/rights/queries/visible", True),
        ("data/rights/queries/invisible", False),
        ("tests/data/rights/test_states.py::test_only_what_the_table_says_may_happen", True),
        ("ARCHITECTURE.md", True),
        ("DESIGN.md", False),
        ("rules/reconcile.py", False),
        ("var/mail", True),
        ("multipart/form-data", True),
    ],
)
def test_a_word_that_looks_like_a_path_is_looked_up(word, exists):
    assert PATH.fullmatch(word)
    assert path_exists(word) is exists


def test_every_name_that_a_document_finds_in_a_module_is_there():
    found = {one for text in documents().values() for one in NAMED.findall(text)}
    assert len(found) > 7, "the names are not found any more"
    missing = {
        (word, path)
        for word, path in found
        if not re.search(rf"\b{word}\b", (ROOT / path).read_text("utf8"))
    }
    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_to_press_is_on_screen(language):
    messages = [(str(message.id), str(message.string)) for message in read() if message.id]
    labels = {_plain(french if language == "fr" else english) for french, english in messages}
    pages = (ROOT / "docs" / language).rglob("*.md")
    found = {_plain(label) for page in pages for label in LABEL.findall(page.read_text("utf8"))}
    assert len(found) > 15, "the labels are not found any more"
    assert sorted(found - labels) == []


def _plain(label: str) -> str:
    return " ".join(label.split()).strip(" .:…")


def test_every_account_in_the_readme_is_in_the_demo():
    readme = (ROOT / "README.md").read_text("utf8")
    listed = set(re.findall(r"`([\w.]+@[\w.]+\.example)`", readme))
    assert listed
    assert listed <= {account.email for account in ACCOUNTS}


@cache
def served() -> tuple[str, ...]:
    """Return the addresses of pages and routes, with a `*` for each variable."""
    server = Flask("documents")
    for blueprint in BLUEPRINTS:
        server.register_blueprint(blueprint)
    rules = [*(rule.rule for rule in server.url_map.iter_rules()), *(page.path for page in PAGES)]
    return tuple(re.sub(r"<[^>]*>", "*", rule) for rule in rules)


def test_every_address_in_a_document_is_served():
    found = words_in_code(ADDRESS)
    assert len(found) > 30, "the addresses are not found any more"
    assert [one for one in sorted(found) if not _is_served(one[0].partition("?")[0])] == []


def _is_served(address: str) -> bool:
    """Return whether an address, or a call of ADICT, is one or begins one."""
    if address.startswith(ELSEWHERE):
        return True
    return any(rule.startswith((address, BASE + address)) for rule in served())


def test_every_variable_in_a_document_is_read():
    read = {f"PORTAL_{field.upper()}" for field in Settings.model_fields}
    for path, text in texts().items():
        if path.suffix == ".py" and name(path).startswith(("tests/", "bench/")):
            read |= set(SETTING.findall(text))
    found = {
        (word, name(path)) for path, text in documents().items() for word in SETTING.findall(text)
    }
    assert [one for one in sorted(found) if one[0] not in read] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_the_domain_that_is_cited_exists(language):
    page = ROOT / "docs" / language / "contribute" / "domain.md"
    sections = set(SECTION.findall(page.read_text("utf8")))
    cited = {
        (section, name(path))
        for path, text in texts().items()
        for citation in CITATION.findall(text)
        for section in NUMBER.findall(citation)
    }
    assert len(cited) > 70, "the citations are not found any more"
    assert [one for one in sorted(cited) if one[0] not in sections] == []


def test_every_document_that_is_cited_is_in_the_repository():
    known = [f"/{name(path)}" for path in tracked() if path.suffix == ".md"]
    cited = {
        (word, name(path)) for path, text in texts().items() for word in DOCUMENT.findall(text)
    }
    assert len(cited) > 200, "the citations are not found any more"
    missing = {
        (word, path)
        for word, path in cited
        if word not in NOT_HERE and not any(one.endswith(f"/{word}") for one in known)
    }
    assert missing == set()


def test_the_architecture_lists_the_features_of_data_as_contracts_order_them():
    contracts = {
        contract["id"]: contract
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["tool"][
            "importlinter"
        ]["contracts"]
    }
    features = [layer.removeprefix("data.") for layer in reversed(contracts["features"]["layers"])]
    order = [layer.strip("()") for layer in reversed(contracts["parts"]["layers"])]
    listed = re.findall(
        r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)*) ?\|",
        (ROOT / "ARCHITECTURE.md").read_text("utf8"),
        re.MULTILINE,
    )
    expected = [
        (feature, [part for part in order if (ROOT / "data" / feature / part).is_dir()])
        for feature in features
    ]
    assert [(feature, re.findall(r"\w+", parts)) for feature, parts in listed] == expected
    diagram = (ROOT / "ARCHITECTURE.md").read_text("utf8").partition("```")[2].partition("```")[0]
    assert [word for word in re.findall(r"\w+", diagram) if word in features] == features


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_site_has_the_picture_of_the_architecture(language):
    picture = (ROOT / "ARCHITECTURE.md").read_text("utf8").split("```")[1]
    page = ROOT / "docs" / language / "contribute" / "architecture.md"
    assert picture in page.read_text("utf8")
