"""The fleet of the tests of exports, and a job that makes what is asked."""

import pytest

from data.exports import actions
from data.exports.files import folder_of
from data.exports.queries import get_export
from data.exports.queries.lists import get_stored
from data.exports.types import ExportLimits
from tests.data.exports.made import make_fleet
from tests.factories import NOW
from tests.queue_work import make_exports

LIMITS = ExportLimits()


@pytest.fixture
def fleet(database):
    with database.transaction() as db:
        return make_fleet(db)


@pytest.fixture
def export(database, tmp_path, fleet):
    """Ask for it, make it: its row and its octets."""

    def make(viewer, wanted, now=NOW):
        with database.transaction() as db:
            made = actions.ask(db, viewer, wanted, limits=LIMITS, now=now)
        make_exports(database, tmp_path, now, LIMITS)
        with database.reading() as db:
            row = get_export(db, viewer, made)
            if row.problem:
                return row, b""
            stored = get_stored(db, viewer, made)
        return row, (folder_of(tmp_path) / stored.stored_name).read_bytes()

    return make
