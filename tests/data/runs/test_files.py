"""Deposited files: kept whole under a name nobody guesses, or refused."""

from pathlib import Path

import pytest

from core.errors import Invalid, TooBig, Unreadable
from data.rights.files.parser import MOST_LINES as MOST_RIGHTS
from data.runs.files import Incoming, cleaned, folder_of, forget, read_kept
from data.runs.files.book import MOST_BYTES
from data.runs.files.sniff import MOST_LINES, MOST_TEXT, lines_of, text_of
from data.runs.types import DepositLimits
from tests.factories import make_kept


def test_a_file_is_kept_under_a_random_name_that_only_we_read(tmp_path):
    file = Incoming(tmp_path / "uploads", 100)
    for piece in (b"PC", b"E;"):
        assert file.write(piece) == 2
    kept = file.keep("../../etc/février.csv")
    assert kept.name == "février.csv"
    assert kept.size == 4
    (path,) = (tmp_path / "uploads").iterdir()
    assert path.name == kept.stored_name != kept.name
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert read_kept(path.parent, kept.stored_name, kept.sha256) == b"PCE;"


def test_two_deposits_of_one_file_do_not_meet(tmp_path):
    one, two = (make_kept(tmp_path) for _ in range(2))
    assert one.stored_name != two.stored_name
    assert one.sha256 == two.sha256


def test_an_empty_or_too_large_file_is_refused_and_leaves_nothing_once_dropped(tmp_path):
    for content, error in ((b"", Invalid), (bytes(101), TooBig)):
        file = Incoming(tmp_path, 100)
        file.write(content)
        with pytest.raises(error, match=r"a\.csv"):
            file.keep("a.csv")
        file.drop()
    assert list(tmp_path.iterdir()) == []


def test_what_comes_past_the_limit_is_not_written(tmp_path):
    file = Incoming(tmp_path, 100)
    for _ in range(50):
        file.write(bytes(60))
    (path,) = tmp_path.iterdir()
    file._file.flush()
    assert path.stat().st_size == 60
    file.drop()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_table_of_too_many_lines_is_refused_as_it_comes(tmp_path, end):
    file = Incoming(tmp_path, 10**6, lines=3)
    file.write(b"PCE" + end)
    for _line in range(3):
        file.write(b"1" + end)
    assert file.keep("a.csv").size == file.size
    file = Incoming(tmp_path, 10**6, lines=3)
    for _line in range(60):
        file.write(b"12" + end)
    file._file.flush()
    (path,) = (path for path in tmp_path.iterdir() if path.name == file.stored_name)
    assert path.stat().st_size <= 4 * len(b"12" + end)
    with pytest.raises(TooBig) as refused:
        file.keep("a.csv")
    assert refused.value.params == {"name": "a.csv", "most": "3"}
    file.drop()


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf {", b"[", b"PK\x03\x04", b"\xff\xfeP\0"])
def test_lines_are_counted_of_tables_alone(tmp_path, start):
    file = Incoming(tmp_path, 10**6, lines=3)
    file.write(start + b"\n" * 99)
    assert file.keep("a").size == len(start) + 99


def test_a_workbook_is_held_to_its_own_limit(tmp_path):
    file = Incoming(tmp_path, 64_000_000)
    file.write(b"PK\x03\x04" + bytes(MOST_BYTES - 4))
    assert file.keep("a.xlsx").size == MOST_BYTES
    file.write(b"x")
    with pytest.raises(TooBig, match=r"16.Mo, le plus d’un classeur"):
        file.keep("a.xlsx")


def test_the_limits_are_those_of_the_documentation():
    said = Path("docs/en/operate/capacity.md").read_text("utf8")
    limits = DepositLimits()
    assert MOST_TEXT == limits.file_octets == 64_000_000
    assert f"(64), a workbook {MOST_BYTES // 10**6}, and {MOST_LINES:,} lines" in said
    assert f"({MOST_RIGHTS:,} where they declare rights)" in said


def test_as_many_lines_as_are_taken_are_read():
    lines = "PCE\n" + "1\n" * MOST_LINES
    assert sum(1 for _line in lines_of(lines)) == MOST_LINES + 1
    with pytest.raises(Unreadable):
        list(lines_of(lines + "1\n"))


def test_a_kept_file_that_changed_or_went_is_not_read(tmp_path):
    kept = make_kept(tmp_path)
    folder = folder_of(tmp_path)
    (folder / kept.stored_name).write_bytes(b"y")
    with pytest.raises(Unreadable):
        read_kept(folder, kept.stored_name, kept.sha256)
    forget(folder, kept.stored_name)
    forget(folder, kept.stored_name)
    forget(folder, "")
    assert folder.is_dir()
    for name in (kept.stored_name, ""):
        with pytest.raises(Unreadable):
            read_kept(folder, name, kept.sha256)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\x\\relevés.xlsx", "relevés.xlsx"),
        ("a\u202eb\n\x00.csv", "a b .csv"),
        ("", "sans nom"),
        ("/", "sans nom"),
        ("..", "sans nom"),
        ("../..\\..", "sans nom"),
        ("été 😀.csv", "été 😀.csv"),
        ("\ud800.csv", ".csv"),
        ("n" * 300, "n" * 120),
    ],
)
def test_the_name_of_a_file_is_only_its_last_part_in_plain_signs(given, shown):
    assert cleaned(given) == shown


def test_a_mark_of_utf8_settles_it_and_the_byte_that_is_none_is_said_with_its_line():
    """Never read whole as Windows-1252: its header would become another one."""
    with pytest.raises(Unreadable) as caught:
        text_of(b"\xef\xbb\xbfPCE;Site\r\n1;Lyc\xe9e\r\n")
    assert caught.value.params == {"line": 2, "found": "e9"}
    assert text_of(b"PCE;Site\r\n1;Lyc\xe9e\r\n").endswith("Lycée\r\n")
    assert text_of(b"\xef\xbb\xbfPCE\r\n") == "PCE\r\n"
