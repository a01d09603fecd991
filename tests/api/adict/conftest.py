"""A portal whose programs may call as often as they like, and bob's program."""

import pytest

from tests.api.adict.program import program_of
from tests.factories import make_people
from tests.web import Web


@pytest.fixture
def web(sqlite_database, tmp_path):
    with sqlite_database.transaction() as session:
        make_people(session)
    return Web(sqlite_database, tmp_path / "var", api_calls_a_minute=0, api_calls_a_day=0)


@pytest.fixture
def bobs(web):
    return program_of(web)
