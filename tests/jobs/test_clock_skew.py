"""What a clock that was set back would leave waiting for as long as it jumped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from core.errors import TooMany
from core.queue import enqueue
from core.queue_models import QueueItem
from core.queue_types import ItemState, NewItem, RetryPolicy, WorkKind
from data.identity.accounts.actions import touch
from data.identity.accounts.actions.attempts import count_try, purge_tries
from data.identity.accounts.models import LoginAttempt, LoginSession
from data.identity.accounts.rules import is_stale
from data.identity.accounts.types import SessionLimits
from data.metering.weather.rules.fetch_schedule import is_due
from data.metering.weather.types import Fetch
from data.migrations import tables
from data.notifications.actions import queue
from data.notifications.models import Notification
from data.notifications.rules import is_settled
from data.notifications.types import (
    NoticeReader,
    NotificationKind,
    ReaderBatch,
    Severity,
)
from jobs.clock_skew import DUE_COLUMNS, bring_forward
from tests.factories import NOW, make_people

pytestmark = pytest.mark.dialect

DAY = timedelta(days=1)
SOON = timedelta(minutes=15)


def dues(database):
    with database.reading() as db:
        query = select(Notification.next_attempt_at).order_by(Notification.id)
        return db.scalars(query).all()


def test_what_was_queued_while_the_clock_ran_ahead_waits_no_longer_than_it_would(database):
    ahead = NOW + DAY
    with database.transaction() as db:
        make_people(db)
        queue(db, 1, NotificationKind.ERASURE_ASKED, ahead)
        queue(db, 1, NotificationKind.ERASURE_ASKED, ahead, leaves=ahead + SOON)
        queue(db, 1, NotificationKind.ERASURE_ASKED, NOW - DAY, leaves=ahead + SOON)
        queue(db, 1, NotificationKind.ERASURE_ASKED, NOW - DAY, leaves=NOW + SOON)
    assert bring_forward(database, NOW) == 3
    assert dues(database) == [NOW, NOW + SOON, NOW, NOW + SOON]
    assert bring_forward(database, NOW) == 0, "what is tried again since is left as it is"


def test_each_wait_names_columns_that_there_are(database):
    for wait in DUE_COLUMNS:
        columns = set(tables()[wait.table].c.keys())
        name, word = wait.waiting
        assert {"id", wait.due, wait.born, name} <= columns
        stored = getattr(tables()[wait.table].c[name].type, "enums", [*ItemState])
        assert word is None or word in stored
    assert bring_forward(database, NOW) == 0


def test_work_that_a_wrong_clock_put_off_is_done_now(database):
    kind = WorkKind("send_webhooks", "webhooks", RetryPolicy())
    with database.transaction() as db:
        for key, at in (("a", NOW + 30 * DAY), ("b", NOW + SOON)):
            enqueue(db, kind, NewItem(1, key=key, not_before=at), NOW)
    assert bring_forward(database, NOW) == 1
    with database.reading() as db:
        due = db.scalars(select(QueueItem.not_before).order_by(QueueItem.key))
        assert list(due) == [NOW, NOW + SOON]


@pytest.mark.usefixtures("people")
def test_tries_of_a_clock_that_was_set_back_lock_nobody(db):
    limits = SessionLimits(30, 12, 1)
    db.execute(insert(LoginAttempt), [{"key": "k", "at": NOW + DAY}])
    with pytest.raises(TooMany):
        count_try(db, "k", NOW, limits)
    purge_tries(db, NOW)
    count_try(db, "k", NOW, limits)


def test_the_weather_is_asked_for_again_at_once():
    fetch = Fetch(**dict.fromkeys(Fetch.__slots__, 0) | {"tried_at": NOW + DAY})
    assert is_due(fetch, NOW)


def test_notices_of_a_clock_that_was_set_back_leave():
    batch = ReaderBatch(NoticeReader(1, None), NOW + DAY, NOW + DAY, Severity.INFO, 1)
    assert is_settled(batch, 9, NOW + DAY, NOW)


@pytest.mark.usefixtures("people")
def test_a_sign_of_life_of_a_clock_that_was_set_back_is_renewed(db, alice):
    session = LoginSession(
        token_hash="t",
        user_id=1,
        started_at=NOW,
        last_seen_at=NOW + DAY,
        device="",
        address="",
        browser="",
        strong=False,
    )
    db.add(session)
    db.flush()
    assert is_stale(session.last_seen_at, NOW)
    touch(db, replace(alice, session_id=session.id), NOW)
    db.refresh(session)
    assert session.last_seen_at == NOW
