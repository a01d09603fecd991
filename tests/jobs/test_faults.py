"""A process killed while it ingests loses nothing and doubles nothing: a short `make faults`."""

import pytest

from bench import faults_evaluation
from bench.faults_ingestion import torment
from core.database import Database
from tests.choosing import size
from tests.conftest import empty

KILLS = size("PORTAL_KILLS", 8)


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_ingestion_loses_and_doubles_nothing(kind, tmp_path, request):
    undisturbed = f"sqlite:///{tmp_path}/undisturbed.db"
    if kind == "sqlite":
        verdict = torment((f"sqlite:///{tmp_path}/disturbed.db", undisturbed), tmp_path, KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            verdict = torment((url, undisturbed), tmp_path, KILLS, 7)
        finally:
            _empty(url)
    assert verdict.problems == ()
    assert verdict.kills == KILLS
    assert verdict.halfway > 0


def _empty(url):
    database = Database(url)
    empty(database)
    database.close()


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_evaluation_loses_no_episode_and_tells_none_twice(kind, tmp_path, request):
    undisturbed = f"sqlite:///{tmp_path}/undisturbed.db"
    if kind == "sqlite":
        verdict = faults_evaluation.torment(
            (f"sqlite:///{tmp_path}/disturbed.db", undisturbed), KILLS, 7
        )
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            verdict = faults_evaluation.torment((url, undisturbed), KILLS, 7)
        finally:
            _empty(url)
    assert verdict.problems == ()
    assert (verdict.kills, verdict.rows > 0) == (KILLS, True)
