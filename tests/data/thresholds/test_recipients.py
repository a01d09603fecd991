"""Who may be told by a threshold, and how many thresholds one PCE may bear."""

import pytest
from sqlalchemy import select

from core.errors import Invalid, NotFound
from data.identity.accounts.models import User
from data.notifications.models import NoticeAddress
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.thresholds import actions, queries
from tests.data.thresholds.making import ALICE, NOW, draft
from tests.factories import make_user

WAYS = frozenset({ChannelKind.INBOX, ChannelKind.EMAIL})


def person(user_id=None, address_id=None):
    return Recipient(user_id, address_id, WAYS, Grouping.IMMEDIATE)


def an_address(db, organisation_id=1, confirmed_at=NOW, stopped_at=None):
    row = NoticeAddress(
        organisation_id=organisation_id,
        email=f"a{organisation_id}{confirmed_at is None}{stopped_at is None}@x.example",
        added_by=1,
        created_at=NOW,
        confirmed_at=confirmed_at,
        stopped_at=stopped_at,
    )
    db.add(row)
    db.flush()
    return row.id


def test_only_ones_own_people_are_told(db, pce, alice, charlie):
    stranger = person(charlie.user_id)
    for wrong in (stranger, person(999_999), person(None, 1)):
        with pytest.raises(NotFound):
            actions.create(db, alice, draft(recipients=(ALICE, wrong)), now=NOW)
    key = actions.create(db, alice, draft(), now=NOW)
    with pytest.raises(NotFound):
        actions.change(db, alice, key, draft(recipients=(ALICE, stranger)), now=NOW)


def test_only_a_confirmed_address_of_ones_own_is_told(db, pce, alice):
    good = an_address(db)
    for wrong in (
        an_address(db, organisation_id=2),
        an_address(db, confirmed_at=None),
        an_address(db, stopped_at=NOW),
    ):
        with pytest.raises(NotFound):
            actions.create(db, alice, draft(recipients=(person(None, wrong),)), now=NOW)
    key = actions.create(db, alice, draft(recipients=(person(None, good),)), now=NOW)
    assert [one.address_id for one in queries.get_threshold(db, alice, key).draft.recipients] == [
        good
    ]


def test_one_who_left_keeps_no_threshold_from_being_changed(db, pce, alice):
    left = make_user(db, organisation_id=1, email="parti@tilleuls.example")
    told = (ALICE, person(left.id))
    key = actions.create(db, alice, draft(recipients=told), now=NOW)
    db.scalars(select(User).where(User.id == left.id)).one().disabled_at = NOW
    db.flush()
    actions.change(db, alice, key, draft(recipients=told, name="Autre"), now=NOW)
    with pytest.raises(NotFound):
        actions.create(db, alice, draft(recipients=told), now=NOW)


def test_a_pce_bears_so_many_thresholds_and_no_more(db, pce, alice, monkeypatch):
    monkeypatch.setattr("data.thresholds.actions.scopes.MOST_OF_PCE", 3)
    keys = actions.create_all(db, alice, [draft(name=f"n{n}") for n in range(3)], now=NOW)
    with pytest.raises(Invalid, match="plus de"):
        actions.create(db, alice, draft(name="n3"), now=NOW)
    actions.remove(db, alice, keys[:2], now=NOW)
    actions.create(db, alice, draft(name="n4"), now=NOW)
