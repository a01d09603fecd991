"""The text of the clauses: ours, the operator's own, and what is wrong with one."""

import pytest

from core.errors import Unreadable
from data.contracts.files.clauses import clauses

OWN = "version: 7.b\n\n# Objet\n\nUne ligne\nqui continue.\n\nUn autre.\n# Fin\nVoilà."


def test_ours_are_numbered_and_versioned():
    version, found = clauses()
    assert version == "2026-12.2"
    assert [each.number for each in found] == [str(at) for at in range(1, len(found) + 1)]
    assert len(found) >= 10
    assert all(each.title and each.text for each in found)


def test_the_operators_own_are_read(tmp_path):
    path = tmp_path / "clauses.txt"
    path.write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    version, found = clauses(path)
    assert version == "7.b"
    assert found[0].text == ("Une ligne qui continue.", "Un autre.")
    assert [each.title for each in found] == ["Objet", "Fin"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "ligne 1"),
        (b"# Objet\n\nTexte", "ligne 1"),
        (b"version: 1\n", "pas de clause"),
        (b"version: 1\nhors\n# Objet\nTexte", "ligne 2"),
        (b"version: 1\n# Objet\n\n# Fin\nTexte", "ligne 2"),
        (b"version: 1\n#\nTexte", "ligne 2"),
        (b"version: 1\n# Objet\n\xff", "UTF-8"),
        (b"x" * 2_000_000, "trop longues"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, said):
    path = tmp_path / "clauses.txt"
    path.write_bytes(text)
    with pytest.raises(Unreadable, match=said):
        clauses(path)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Unreadable, match="absent"):
        clauses(tmp_path / "absent.txt")


def test_signs_that_hide_are_refused(tmp_path):
    path = tmp_path / "clauses.txt"
    path.write_text("version: 1\n# Objet\nTexte\u202e", encoding="utf8")
    with pytest.raises(Unreadable, match=r"ligne 3.*U\+202E.*distributeur"):
        clauses(path)
