"""A few of the kills that `make faults` does by hundreds."""

from bench import faults_imports

KILLS = 3


def test_killing_an_import_loses_and_doubles_nothing(tmp_path):
    verdict = faults_imports.torment(f"sqlite:///{tmp_path}/x.db", tmp_path, KILLS, seed=3)
    assert verdict.problems == ()
    assert verdict.kills == KILLS
    assert verdict.rows > 0
