"""Calendar links: private, shown once, revoked, and theirs alone."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from core.errors import Conflict, NotFound
from data.controls import actions, queries
from data.controls.models import CalendarLink
from data.identity.accounts.models import User
from data.rights.types import ProofState
from tests.data.controls.proofs import sent
from tests.factories import NOW, PCE

TODAY = date(2026, 11, 24)


def test_a_link_opens_what_its_owner_must_send(db, bob, controls):
    db.execute(update(User).where(User.id == 2).values(language="en"))
    token = actions.create_calendar(db, bob, now=NOW)
    sent(db, bob, controls[1:2])
    feed = queries.get_calendar_feed(db, token, TODAY)
    assert feed.language == "en"
    assert [one.uid for one in feed.deadlines] == [controls[0], controls[2]]
    first = feed.deadlines[0]
    assert (first.number, first.state, first.due_on) == (
        PCE,
        ProofState.AWAITED,
        date(2026, 12, 22),
    )


def test_an_account_manager_has_what_is_theirs(db, bob, dora, controls):
    token = actions.create_calendar(db, dora, now=NOW)
    assert queries.get_calendar_feed(db, token, TODAY).deadlines == ()
    actions.assign(db, dora, controls[:1], dora.user_id, now=NOW)
    assert [one.uid for one in queries.get_calendar_feed(db, token, TODAY).deadlines] == controls[
        :1
    ]


def test_a_link_shows_nothing_of_others(db, alice, charlie, controls):
    for viewer in (alice, charlie):
        token = actions.create_calendar(db, viewer, now=NOW)
        assert queries.get_calendar_feed(db, token, TODAY).deadlines == ()


def test_a_revoked_link_opens_nothing(db, bob, charlie, controls):
    token = actions.create_calendar(db, bob, now=NOW)
    (link,) = queries.list_calendars(db, bob)
    with pytest.raises(NotFound):
        actions.revoke_calendar(db, charlie, link.id, now=NOW)
    assert queries.list_calendars(db, charlie) == ()
    actions.revoke_calendar(db, bob, link.id, now=NOW)
    assert queries.list_calendars(db, bob) == ()
    for unknown in (token, "x", "\ud800"):
        with pytest.raises(NotFound):
            queries.get_calendar_feed(db, unknown, TODAY)
    with pytest.raises(NotFound):
        actions.revoke_calendar(db, bob, link.id, now=NOW)


def test_a_closed_account_s_link_opens_nothing(db, bob, controls):
    token = actions.create_calendar(db, bob, now=NOW)
    db.execute(update(User).where(User.id == 2).values(disabled_at=NOW))
    with pytest.raises(NotFound):
        queries.get_calendar_feed(db, token, TODAY)


def test_the_token_itself_is_not_kept(db, bob, people):
    token = actions.create_calendar(db, bob, now=NOW)
    assert db.scalars(select(CalendarLink.token_hash)).one() != token


def test_a_person_has_a_few_links(db, bob, people):
    for _ in range(5):
        actions.create_calendar(db, bob, now=NOW)
    with pytest.raises(Conflict):
        actions.create_calendar(db, bob, now=NOW)
    actions.create_calendar(db, replace(bob, user_id=3, organisation_id=3), now=NOW)
