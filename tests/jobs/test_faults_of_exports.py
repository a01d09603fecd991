"""An export killed while it is made is begun again, never offered half: a short `make faults`."""

import pytest

from bench.faults_exports import torment
from core.database import Database
from tests.conftest import empty

KILLS = 6


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_exports_offers_no_half_file_and_logs_each_pce_once(kind, tmp_path, request):
    """The files of PostgreSQL are those that SQLite makes, to the octet."""
    undisturbed = f"sqlite:///{tmp_path}/undisturbed.db"
    if kind == "sqlite":
        verdict = torment((f"sqlite:///{tmp_path}/disturbed.db", undisturbed), tmp_path, KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            verdict = torment((url, undisturbed), tmp_path, KILLS, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert verdict.problems == ()
    assert verdict.kills == KILLS
    assert verdict.halfway > 0
