"""A distributor that serves, one that answers as a test likes, and who mirrors them."""

import pytest

from data.exchange.mirror.channels import upstream
from data.identity.accounts.models import Organisation
from tests.data.exchange.mirror.distributor import QUICK, connect, distributor_of, hostile_at_work
from tests.factories import make_people
from tests.web import Web


@pytest.fixture
def distributor(empty_databases, tmp_path):
    """A portal that serves, with a database of its own: there too, bob's organisation is 2."""
    folder = tmp_path / "there"
    folder.mkdir()
    with empty_databases.lend() as there:
        with there.transaction() as db:
            make_people(db)
        web = Web(there, folder, api_calls_a_minute=0, api_calls_a_day=0)
        with distributor_of(web) as served:
            yield served


@pytest.fixture
def hostile(monkeypatch):
    """One that answers what a test says, to who is impatient."""
    monkeypatch.setattr(upstream, "BOUNDS", QUICK)
    with hostile_at_work() as served:
        yield served


@pytest.fixture
def here(database):
    """The portal that mirrors: alice, bob, charlie and dora, and nothing else yet."""
    with database.transaction() as db:
        make_people(db)
    return database


@pytest.fixture
def mirroring(here, distributor):
    """The same, organisation 2 connected to `distributor`."""
    with here.transaction() as db:
        connect(db, distributor.client_id, distributor.secret)
    return here


@pytest.fixture
def braving(here, hostile):
    """The same, organisation 2 connected to `hostile`, whose address it does not keep."""
    with here.transaction() as db:
        connect(db, "usr-4471", "secret-of-the-mirror")
    return here


@pytest.fixture
def sending(here):
    """Organisation 2 is connected, and what it declares is sent."""
    with here.transaction() as db:
        connect(db, "usr-4471")
        db.get_one(Organisation, 2).sends_upstream = True
    return here
