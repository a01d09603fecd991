"""What a callback runs in."""

import pytest
from sqlalchemy import text

from api import scope
from core.access import Permission, Role
from core.errors import Forbidden


@pytest.fixture
def scoped(database, alice, monkeypatch):
    monkeypatch.setattr(scope, "viewer_now", lambda: alice)
    return scope.scope_of(database)


def test_what_is_long_to_read_is_read_while_another_may_write(scoped, database, alice):
    """The reading one is over, and its answer handed on, before the writing one begins."""
    seen = []

    def before(number, *, db, viewer):
        with database.transaction() as other:  # SQLite has one writer: none holds it yet
            other.execute(text("DELETE FROM pce_marks"))
        return number, viewer, db

    def write(number, *, ready, db, viewer):
        seen.append((number, ready[:2], viewer))
        assert ready[2] is not db
        db.execute(text("DELETE FROM pce_marks"))
        return "done"

    call = scoped(write, Permission.THRESHOLDS_WRITE, writes=True, costly=False, before=before)
    assert call(3) == "done"
    assert seen == [(3, (3, alice), alice)]


def test_who_may_not_reads_nothing_either(database, alice, monkeypatch):
    from dataclasses import replace

    client = replace(alice, role=Role.CLIENT)
    monkeypatch.setattr(scope, "viewer_now", lambda: client)
    asked = []
    call = scope.scope_of(database)(
        lambda **_given: asked.append("write"),
        Permission.THRESHOLDS_WRITE,
        writes=True,
        costly=False,
        before=lambda **_given: asked.append("read"),
    )
    with pytest.raises(Forbidden):
        call()
    assert asked == []
