"""Check that docs/adr lists every decision and that each decision has the usual form."""

import re

from tests.architecture.sources import ROOT

FOLDER = ROOT / "docs" / "adr"
DECISIONS = {path.name: path.read_text("utf8") for path in FOLDER.glob("[0-9]*.md")}
TITLE = re.compile(r"# (\d+)\. (.+)")
STATUS = re.compile(r"^Status: (Accepted|Superseded by \[decision \d+\]\(\S+\))[.,]", re.MULTILINE)
AMENDED = re.compile(r"Amended\s+by\s+((?:[^.]|\.md)*)\.")
LINK = re.compile(r"\[decision (\d+)\]\(([^)]*)\)")
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives considered"]
LONGEST = 60  # lines


def _row(file: str, text: str) -> str:
    """Return the line of the list for one decision."""
    number, title = TITLE.match(text).groups()
    amended = ", ".join(number for number, _ in LINK.findall("".join(AMENDED.findall(text))))
    suffix = f", amended by {amended}" if amended else ""
    return f"| {number} | [{title}]({file}) | {STATUS.search(text).group(1)}{suffix} |"


def test_the_list_names_each_decision_with_its_title_and_status():
    rows = [_row(file, text) for file, text in sorted(DECISIONS.items())]
    listed = re.findall(r"^\| \d.*$", (FOLDER / "README.md").read_text("utf8"), re.MULTILINE)
    assert listed == rows


def test_links_between_decisions_name_the_file_of_their_number():
    wrong = {
        (file, number, target)
        for file, text in DECISIONS.items()
        for number, target in LINK.findall(text)
        if target not in DECISIONS or int(target[:4]) != int(number)
    }
    assert not wrong


def test_each_decision_is_accepted_or_names_the_one_that_replaces_it():
    assert [file for file, text in DECISIONS.items() if not STATUS.search(text)] == []


def test_each_decision_is_short_and_has_the_four_sections():
    malformed = {
        file
        for file, text in DECISIONS.items()
        if re.findall(r"^## (.+)$", text, re.MULTILINE) != SECTIONS
        or len(text.splitlines()) > LONGEST
        or int(file[:4]) != int(TITLE.match(text).group(1))
    }
    assert not malformed
