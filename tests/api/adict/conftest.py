"""A portal whose programs may call as often as they like, and bob's program."""

import pytest

from tests.api.adict.program import program_of
from tests.factories import make_people
from tests.web import Web, fresh_database


@pytest.fixture
def web(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as session:
        make_people(session)
    yield Web(database, tmp_path / "var", api_calls_a_minute=0, api_calls_a_day=0)
    database.close()


@pytest.fixture
def bobs(web):
    return program_of(web)
