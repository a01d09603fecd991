"""The job that evaluates: what is due, chunk by chunk, and nothing when nothing changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Conflict
from data.metering.pces.actions import set_tags
from data.thresholds import actions, queries
from data.thresholds.actions import evaluation
from data.thresholds.models import Episode
from data.thresholds.types import ThresholdKind, ThresholdScope
from jobs.thresholds import evaluate
from tests.data.thresholds.making import NOW, at, draft, on, stories, tell, told, viewer_on
from tests.factories import PCE, make_pce, make_people


def prepared(database, **values):
    with database.transaction() as db:
        make_people(db)
        pces = [make_pce(db, f"0999999991000{n}", holder_id=1) for n in (1, 2, 3)]
        scope = ThresholdScope(tuple(pce.number for pce in pces))
        actions.create(db, viewer_on(on(0)), draft(scope=scope, **values), now=at(on(0)))
        return [pce.id for pce in pces]


def test_it_judges_what_changed_chunk_by_chunk(database):
    ids = prepared(database)
    with database.transaction() as db:
        for pce_id in ids:
            tell(db, pce_id, {on(1): 150})
    assert evaluate(database, NOW, chunk=2) == (3, 3)
    assert evaluate(database, NOW) == (0, 0)
    with database.reading() as db:
        assert len(stories(db)) == 3


def test_a_chunk_full_of_candidates_is_cut_short(database, monkeypatch):
    ids = prepared(database)
    with database.transaction() as db:
        for pce_id in ids:
            tell(db, pce_id, {on(1): 150})
    monkeypatch.setattr(evaluation, "MOST", 2)
    with database.transaction() as db:
        done = actions.evaluate_chunk(db, 0, NOW)
    assert (done.last, done.episodes, done.posted) == (ids[1], 2, 2)
    assert evaluate(database, NOW) == (1, 1)


def test_nothing_is_due_when_nothing_changed(database):
    prepared(database)
    evaluate(database, NOW)
    with database.reading() as db:
        due = queries.is_due(db, NOW.date())
    assert (due.scopes, due.readings, due.silences) == (False, False, False)


def test_a_tag_and_a_new_day_are_due(database):
    prepared(database)
    evaluate(database, NOW)
    with database.transaction() as db:
        set_tags(db, viewer_on(NOW.date()), [PCE], add=["Sport"], now=NOW)
    with database.reading() as db:
        assert queries.is_due(db, NOW.date()).scopes
    evaluate(database, NOW)
    with database.reading() as db:
        assert queries.is_due(db, NOW.date() + timedelta(days=1)).scopes


def test_silences_are_told_at_the_instant_asked(database):
    ids = prepared(database, kind=ThresholdKind.MISSING, delay=2)
    with database.transaction() as db:
        tell(db, ids[0], {on(1): 10})
        tell(db, ids[1], {on(8): 10})
        tell(db, ids[2], {on(8): 10})
    assert evaluate(database, at(on(7))) == (0, 0)
    assert evaluate(database, at(on(8))) == (1, 1)
    with database.transaction() as db:
        tell(db, ids[0], {on(3): 10})
    assert evaluate(database, at(on(12))) == (1, 0)  # silent still, since a later day
    with database.transaction() as db:
        assert db.scalars(select(Episode.first_day)).one() == on(4)
        tell(db, ids[0], {on(10): 10})
    assert evaluate(database, at(on(12))) == (1, 1)
    with database.reading() as db:
        assert told(db) == ["data_missing", "data_back"]


def test_another_evaluation_at_work_is_left_to_it(database, monkeypatch):
    ids = prepared(database)
    with database.transaction() as db:
        tell(db, ids[0], {on(1): 150})

    def taken(*_told):
        raise Conflict("")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "evaluate_chunk", taken)
        assert evaluate(database, NOW) == (0, 0)
    assert evaluate(database, NOW) == (1, 1)


@pytest.mark.parametrize(
    "place", ["close_episodes", "evaluate_chunk", "evaluate_silences", "mark_all_due"]
)
def test_killed_anywhere_the_next_call_tells_of_silences_too(database, monkeypatch, place):
    ids = prepared(database, kind=ThresholdKind.MISSING, delay=2)
    with database.transaction() as db:
        tell(db, ids[0], {on(1): 10})
        for pce_id in ids[1:]:
            tell(db, pce_id, {on(7): 10})
    evaluate(database, at(on(7)))

    def killed(*_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, place, killed)
        with pytest.raises(KeyboardInterrupt):
            evaluate(database, at(on(8)))
    evaluate(database, at(on(8)))
    assert evaluate(database, at(on(8))) == (0, 0)
    with database.transaction() as db:
        tell(db, ids[0], {on(n): 10 for n in range(2, 8)})
    with monkeypatch.context() as patched:
        patched.setattr(actions, place, killed)
        with pytest.raises(KeyboardInterrupt):
            evaluate(database, at(on(8)))
    evaluate(database, at(on(8)))
    with database.reading() as db:
        assert told(db) == ["data_missing", "data_back"]
        assert queries.is_due(db, on(8)) == queries.DueWork(False, False, False, False, False)
