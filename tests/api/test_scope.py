"""What a callback runs in."""

from dataclasses import replace

import pytest
from flask import g
from sqlalchemy import text

from api.scope import run_in_request
from core.access import Permission, Role
from core.errors import Forbidden

WRITING = {"permission": Permission.THRESHOLDS_WRITE, "writes": True, "costly": False}


def test_what_is_long_to_read_is_read_while_another_may_write(web, alice):
    """The reading one is over, and its answer handed on, before the writing one begins."""
    seen = []

    def before(number, *, request):
        with web.database.transaction() as other:  # SQLite has one writer: none holds it yet
            other.execute(text("DELETE FROM pce_marks"))
        return number, request

    def write(number, *, ready, request):
        seen.append((number, ready[0], request.viewer))
        assert ready[1].db is not request.db
        assert ready[1].now == request.now
        request.db.execute(text("DELETE FROM pce_marks"))
        return "done"

    call = run_in_request(write, **WRITING, before=before)
    with web.server.test_request_context("/"):
        g.viewer = alice
        assert call(3) == "done"
    assert seen == [(3, 3, alice)]


def test_one_request_has_one_instant(web, alice):
    def ask(*, request):
        first = request.now
        web.clock.now = first.replace(hour=first.hour + 1)
        return first, request.now

    call = run_in_request(ask, **WRITING | {"writes": False}, before=None)
    with web.server.test_request_context("/"):
        g.viewer = alice
        first, second = call()
        assert (first == second, call()[0] == first) == (True, True)


def test_who_may_not_reads_nothing_either(web, alice):
    asked = []
    call = run_in_request(
        lambda **_given: asked.append("write"),
        **WRITING,
        before=lambda **_given: asked.append("read"),
    )
    with web.server.test_request_context("/"):
        g.viewer = replace(alice, role=Role.CLIENT)
        with pytest.raises(Forbidden):
            call()
    assert asked == []
