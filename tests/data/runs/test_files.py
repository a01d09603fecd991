"""Deposited files: kept whole under a name nobody guesses, or refused."""

import pytest

from data.errors import Invalid, Unreadable
from data.runs.files import cleaned, forget, keep, read_kept
from data.runs.types import Deposit


def test_a_file_is_kept_under_a_random_name_that_only_we_read(tmp_path):
    folder = tmp_path / "uploads"
    kept = keep(folder, Deposit("../../etc/février.csv", b"PCE;"), 1)
    assert kept.name == "février.csv"
    assert kept.size == 4
    (path,) = folder.iterdir()
    assert path.name == kept.stored_name != kept.name
    assert path.stat().st_mode & 0o077 == 0
    assert read_kept(folder, kept.stored_name, kept.sha256) == b"PCE;"


def test_two_deposits_of_one_file_do_not_meet(tmp_path):
    one, two = (keep(tmp_path, Deposit("a.csv", b"x"), 1) for _ in range(2))
    assert one.stored_name != two.stored_name
    assert one.sha256 == two.sha256


def test_an_empty_or_too_large_file_is_refused_and_leaves_nothing(tmp_path):
    for content in (b"", bytes(1_000_001)):
        with pytest.raises(Invalid):
            keep(tmp_path, Deposit("a.csv", content), 1)
    assert list(tmp_path.iterdir()) == []


def test_a_kept_file_that_changed_or_went_is_not_read(tmp_path):
    kept = keep(tmp_path, Deposit("a.csv", b"x"), 1)
    (tmp_path / kept.stored_name).write_bytes(b"y")
    with pytest.raises(Unreadable):
        read_kept(tmp_path, kept.stored_name, kept.sha256)
    forget(tmp_path, kept.stored_name)
    forget(tmp_path, kept.stored_name)
    with pytest.raises(Unreadable):
        read_kept(tmp_path, kept.stored_name, kept.sha256)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\x\\relevés.xlsx", "relevés.xlsx"),
        ("a\u202eb\n\x00.csv", "a b .csv"),
        ("", "sans nom"),
        ("/", "sans nom"),
        ("\ud800.csv", ".csv"),
        ("n" * 300, "n" * 120),
    ],
)
def test_the_name_of_a_file_is_only_its_last_part_in_plain_signs(given, shown):
    assert cleaned(given) == shown
