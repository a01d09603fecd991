"""What the tests of several callbacks share."""

import contextlib

import pytest


@pytest.fixture
def act(web):
    """Run in a request of the portal, in a writing transaction of its own."""

    @contextlib.contextmanager
    def opened():
        with web.server.app_context(), web.database.transaction() as db:
            yield db

    return opened
