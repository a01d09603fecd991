"""Check that a run leaves tests out by their markers, always the same, and none given by name."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import choosing
from tests.choosing import EVERY, leave_out, spared_proofs, spared_stores

HERE = Path(__file__)


class Item:
    """The part of a pytest item that the choice reads."""

    path = HERE
    location = ("tests/x.py", 1, "")

    fixturenames = ("request",)

    def __init__(self, name, *markers):
        self.nodeid = f"tests/x.py::{name}"
        self.originalname = name.partition("[")[0]
        self.markers = markers

    def get_closest_marker(self, name):
        return name if name in self.markers else None


def both(name, *markers):
    return [Item(f"{name}[sqlite]", *markers), Item(f"{name}[postgresql]", "postgresql", *markers)]


def spared(items):
    return [one.nodeid.partition("::")[2] for one in spared_proofs(items)]


def test_proofs_are_left_to_make_proofs():
    assert spared([Item("test_a", "proof"), Item("test_b")]) == ["test_a"]


def test_one_in_four_of_what_sqlite_has_too_is_run_on_postgresql_always_the_same():
    items = [one for n in range(1000) for one in both(f"test_{n}")]
    left_out = spared(items)
    assert all("postgresql" in name for name in left_out)
    assert len(left_out) == pytest.approx(1000 * (EVERY - 1) / EVERY, rel=0.1)
    assert left_out == spared(items[::-1])


def test_what_is_of_the_database_or_of_postgresql_alone_is_kept():
    of_databases = [one for n in range(50) for one in both(f"test_{n}", "dialect")]
    alone = [Item(f"test_alone_{n}", "postgresql") for n in range(50)]
    assert spared(of_databases + alone) == []


def test_cases_alike_keep_one_in_eight_of_each_test():
    items = [one for n in range(16) for one in both(f"test_a[{n}]", "alike")]
    assert len(spared(items)) == 14


def test_what_takes_a_database_is_left_out_where_only_pure_tests_are_asked_for(monkeypatch):
    pure, stored = Item("test_a"), Item("test_b")
    stored.fixturenames = ("db", "database")
    assert spared_stores([pure, stored]) == []
    monkeypatch.setattr(choosing, "PURE", True)
    assert spared_stores([pure, stored]) == [stored]


def test_cases_sampled_keep_one_in_four_of_each_test_on_each_database():
    items = [one for n in range(16) for one in both(f"test_a[{n}]", "sampled")]
    left_out = spared(items)
    assert len(left_out) == 24
    assert sum("postgresql" in name for name in left_out) == 12


@pytest.mark.parametrize(
    ("args", "every", "kept"),
    [
        (["tests"], "", 0),
        ([str(HERE)], "", 1),
        ([f"{HERE}::test_a"], "", 1),
        (["tests"], "1", 1),
    ],
)
def test_what_is_named_is_run(monkeypatch, args, every, kept):
    monkeypatch.setattr(choosing, "EVERY_WAY", bool(every))
    hook = SimpleNamespace(pytest_deselected=lambda **_gone: None)
    items = [Item("test_a", "proof")]
    leave_out(SimpleNamespace(args=args, hook=hook), items, spared_proofs)
    assert len(items) == kept
