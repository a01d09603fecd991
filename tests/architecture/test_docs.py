"""The documents tell the truth: settings, commands, links. See also `test_references`."""

import json
import re

import pytest

from core.settings import Settings
from tests.architecture.readme import FRENCH, PAGES, descriptions, table
from tests.architecture.sources import ROOT, name, tracked

DOCUMENTS = sorted(
    [path for path in ROOT.glob("*.md") if path in set(tracked())]
    + list((ROOT / "docs").rglob("*.md"))
)
MAKE = re.compile(r"`make ([a-z-]+)")
COMMAND = re.compile(r"python -m jobs ([a-z-]+)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))


def _commands() -> set[str]:
    from jobs.commands import COMMANDS

    return set(COMMANDS)


@pytest.mark.parametrize("language", PAGES)
def test_the_settings_page_lists_every_setting_as_it_is(language):
    assert table(language) in PAGES[language].read_text("utf8")


def test_french_settings_are_those_described_in_english():
    kept = json.loads(FRENCH.read_text("utf8"))
    assert sorted(kept) == sorted(descriptions("en"))
    assert all(kept.values())


def test_each_setting_is_described():
    fields = Settings.model_fields.items()
    assert not [setting for setting, field in fields if not field.description]


def named(what):
    """All that *what* finds in the documents, each with the one that says it."""
    return {
        (said, name(path)) for path in DOCUMENTS for said in what.findall(path.read_text("utf8"))
    }


@pytest.mark.parametrize(("document", "longest"), [("README.md", 120), ("ARCHITECTURE.md", 150)])
def test_what_a_newcomer_reads_first_stays_short(document, longest):
    assert len((ROOT / document).read_text("utf8").splitlines()) <= longest


def test_every_make_target_named_exists():
    assert not {one for one in named(MAKE) if one[0] not in _targets()}


def test_every_command_named_exists():
    assert not {one for one in named(COMMAND) if one[0] not in _commands()}


@pytest.mark.parametrize("language", PAGES)
def test_the_commands_page_names_every_command(language):
    page = PAGES[language].with_name("commands.md")
    assert _commands() <= set(COMMAND.findall(page.read_text("utf8")))


def test_make_help_tells_every_target_a_person_types():
    told = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE)
    asked = {"run", "test", "help", "check", "bench", "faults", "demo", "shots", "lock", "clean"}
    assert asked <= set(told)


def test_every_link_leads_somewhere():
    links = [(path, link) for path in DOCUMENTS for link in LINK.findall(path.read_text("utf8"))]
    inside = [(path, link) for path, link in links if "://" not in link]
    assert not [(name(path), link) for path, link in inside if not (path.parent / link).exists()]


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
