"""A second person is notified of an exceedance that nobody answers, once, whatever happens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from data.notifications.models import Notice, NoticeEvent
from data.notifications.rules.words import reason_of
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.thresholds import actions
from data.thresholds.models import Episode
from data.thresholds.rules.checks import problems_in
from jobs import thresholds as jobs
from tests.data.thresholds import making
from tests.factories import NOW, make_pce, make_people, make_user

LATER = NOW + timedelta(hours=4)


@pytest.fixture
def second(database):
    """An exceedance of which alice is notified, and somebody else four hours later; their id."""
    with database.transaction() as db:
        make_people(db)
        other = make_user(db, organisation_id=1, email="adele@tilleuls.example").id
        pce, start = make_pce(db, holder_id=1), making.on(0)
        behind = Recipient(other, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE, 4)
        draft = making.draft(recipients=(making.ALICE, behind))
        actions.create(db, making.viewer_on(start), draft, now=making.at(start))
        making.tell(db, pce.id, {making.on(1): 140})
        pce.data_until = making.on(1)
        making.judge(db)
        return other


def told(db, user_id):
    query = select(NoticeEvent).join(Notice, Notice.event_id == NoticeEvent.id)
    return list(db.scalars(query.where(Notice.user_id == user_id).order_by(NoticeEvent.id)))


def test_a_second_person_is_notified_once_and_of_the_end(database, second):
    assert jobs.escalate(database, LATER - timedelta(seconds=1)) == 0
    assert [jobs.escalate(database, LATER) for _time in range(2)] == [1, 0]
    with database.transaction() as db:
        (message,) = told(db, second)
        assert reason_of(message).startswith("Personne n’y a répondu depuis 4 heures")
        pce_id = db.scalars(select(Episode.pce_id)).one()
        making.tell(db, pce_id, {making.on(2): 50})
        making.judge(db)
    with database.transaction() as db:
        assert len(told(db, second)) == 2


@pytest.mark.parametrize("answer", [{"acknowledged_at": NOW}, {"assigned_to": 1}])
def test_an_answered_exceedance_stays_with_its_first_readers(database, second, answer):
    with database.transaction() as db:
        episode = db.scalars(select(Episode)).one()
        for name, value in answer.items():
            setattr(episode, name, value)
    assert jobs.escalate(database, LATER) == 0
    with database.transaction() as db:
        pce_id = db.scalars(select(Episode.pce_id)).one()
        making.tell(db, pce_id, {making.on(2): 50})
        making.judge(db)
    with database.transaction() as db:
        assert told(db, second) == []


def test_killed_at_any_statement_it_is_resumed_and_repeats_nothing(database, second):
    step = 0
    while _is_killed_at(database, step := step + 1):
        with database.transaction() as db:
            assert len(told(db, second)) <= 1
    assert step > 3
    assert jobs.escalate(database, LATER) == 0
    with database.transaction() as db:
        assert len(told(db, second)) == 1


def _is_killed_at(database, step):
    class Killed(Exception):
        pass

    rest = iter(range(step))

    def count(*_args):
        if next(rest, None) is None:
            raise Killed

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        jobs.escalate(database, LATER)
    except Killed:
        return True
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    return False


def test_somebody_must_be_notified_at_once():
    late = replace(making.ALICE, after_hours=4)
    assert [problem[0] for problem in problems_in(making.draft(recipients=(late,)))] == [
        "recipients"
    ]
