"""The queue as its organisation sees it: tried now, taken back before it left, nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.access import Permission, Role
from core.errors import Conflict, Forbidden, NotFound
from data.exchange.mirror.actions.connection import choose, forget
from data.exchange.mirror.actions.outgoing_queue import claim, leave, put_back
from data.exchange.mirror.actions.queue_control import retry_now, take_back
from data.exchange.mirror.actions.sendings import list_to_send, put_in_queue
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries import outgoing
from data.exchange.mirror.queries.outgoing import find_due
from data.exchange.mirror.queries.sendings import count_sendings, list_right_sendings, list_sendings
from data.exchange.mirror.queries.unscoped import list_senders
from data.exchange.mirror.types import MirrorChoice, SendingState, SendingVerb
from data.identity.accounts.models import UserTag
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceTag
from data.rights.actions import declare
from data.rights.models import AccessRight
from data.rights.queries import list_right_events
from data.rights.types import RightState, RightTrigger
from tests.data.exchange.mirror.distributor import connect
from tests.data.rights.declarations import DELAYS, asked
from tests.data.rights.test_relaying import sends
from tests.factories import NOW

S = SendingState
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def queued(db, people, admin):
    """Three declarations of bob's organisation that wait to leave; the ids of their sendings."""
    connect(db, "usr-1")
    sends(db)
    for at in range(3):
        declare(db, admin, asked(id_pce=f"0999999992{at:04}"), delays=DELAYS, now=NOW)
    assert put_in_queue(db, 2, find_due(db, 2), now=NOW) == 3
    return list_to_send(db, 2, NOW)


def states(db):
    db.expire_all()
    return [row.state for row in db.scalars(select(MirrorSending).order_by(MirrorSending.id))]


def test_what_is_to_send_is_found_once(db, queued):
    found = [(row.right_id, row.verb, 0, 0) for row in db.scalars(select(MirrorSending))]
    assert find_due(db, 2) == []
    assert put_in_queue(db, 2, found, now=NOW) == 0
    assert put_in_queue(db, 2, [], now=NOW) == 0
    assert len(queued) == 3
    assert list_senders(db, NOW) == (2,)
    sends(db, on=False)
    assert list_senders(db, NOW) == ()


def test_what_a_killed_worker_claimed_is_claimed_again_with_the_time_it_may_have_left(db, queued):
    parcel = claim(db, queued[0], NOW)
    assert claim(db, 10**6, NOW) is None
    again = claim(db, queued[0], NOW + timedelta(minutes=11))
    assert (parcel.left_at, again.left_at) == (None, NOW)
    assert leave(db, again, S.DONE, NOW)
    assert not leave(db, parcel, S.DONE, NOW)
    assert claim(db, queued[0], NOW) is None


@pytest.mark.parametrize("stop", ["choose", "forget"])
def test_what_had_not_left_is_cancelled_once_nothing_leaves_any_more(db, admin, queued, stop):
    gone, unread, _third = queued
    claim(db, gone, NOW)  # it may be there
    db.execute(update(MirrorSending).where(MirrorSending.id == unread).values(attempts=2))
    declare(db, admin, asked(id_pce="09999999929999"), delays=DELAYS, now=NOW)  # not queued yet
    if stop == "choose":
        assert choose(db, admin, MirrorChoice(frozenset(), sends=True), LATER) == 0
        assert choose(db, admin, MirrorChoice(frozenset(), sends=False), LATER) == 3
    else:
        assert forget(db, admin, LATER) == 3
    assert states(db) == [S.UNSURE]
    rights = db.scalars(select(AccessRight).order_by(AccessRight.id)).all()
    assert [one.state for one in rights] == [RightState.PENDING, *[RightState.OBSOLETE] * 3]
    why = RightTrigger.SENDING_STOPPED if stop == "choose" else RightTrigger.CONNECTION_FORGOTTEN
    for one in rights[1:]:
        assert list_right_events(db, admin, one.uid)[-1].trigger is why
    again = declare(db, admin, asked(id_pce="09999999929999"), delays=DELAYS, now=LATER)
    assert not again.problems


def test_what_is_to_leave_is_counted_beyond_what_one_turn_takes(db, admin, queued, monkeypatch):
    monkeypatch.setattr(outgoing, "MOST", 1)
    for number in ("09999999929998", "09999999929999"):
        declare(db, admin, asked(id_pce=number), delays=DELAYS, now=NOW)
    assert len(outgoing.find_due(db, 2)) == 1
    assert outgoing.count_due(db, admin, 1) == 2
    assert outgoing.count_due(db, admin, 0) == 0


def test_one_of_a_right_leaves_at_a_time_in_the_order_they_came(db, queued):
    row = db.get_one(MirrorSending, queued[0])
    facts = {"organisation_id": 2, "right_id": row.right_id, "state": S.QUEUED}
    db.add(MirrorSending(**facts, verb=SendingVerb.REVOKE, created_at=NOW, next_attempt_at=NOW))
    db.flush()
    assert list_to_send(db, 2, NOW) == queued
    put_back(db, claim(db, queued[0], NOW), LATER, reached=False)
    assert list_to_send(db, 2, NOW) == queued[1:]


def test_its_people_see_the_queue_and_nobody_else_does(db, admin, alice, dora, queued):
    rows = list_sendings(db, admin)
    assert [row.id for row in rows] == sorted(queued, reverse=True)
    assert (rows[0].number, rows[0].verb, rows[0].is_in_doubt) == (
        "09999999920002",
        SendingVerb.DECLARE,
        False,
    )
    assert [row.id for row in list_sendings(db, admin, skip=2, most=5)] == [queued[0]]
    assert list_sendings(db, admin, states=[S.DONE]) == ()
    assert list_right_sendings(db, admin, rows[0].right_uid) == rows[:1]
    assert count_sendings(db, admin) == {S.QUEUED: 3}
    for other in (alice, dora):
        assert list_sendings(db, other) == ()
        assert count_sendings(db, other) == {}
        assert list_right_sendings(db, other, rows[0].right_uid) == ()
    for act in (retry_now, take_back):
        with pytest.raises(NotFound):
            act(db, replace(alice, role=Role.ADMINISTRATOR), queued[0], now=NOW)
        with pytest.raises(NotFound):
            act(db, admin, 10**6, now=NOW)


def test_what_has_not_left_is_taken_back_and_its_declaration_with_it(db, admin, queued):
    take_back(db, admin, queued[0], now=NOW)
    assert states(db)[0] is S.DROPPED
    right = db.get_one(AccessRight, db.get_one(MirrorSending, queued[0]).right_id)
    assert right.state is RightState.OBSOLETE
    for act in (take_back, retry_now):
        with pytest.raises(Conflict):
            act(db, admin, queued[0], now=NOW)
    said = db.scalars(select(AuditEvent.action).where(AuditEvent.object_id == right.uid)).all()
    assert "mirror.sending_dropped" in said


def test_what_may_have_left_is_not_taken_back_and_is_tried_when_asked(db, admin, queued):
    parcel = claim(db, queued[0], NOW)
    with pytest.raises(Conflict):
        take_back(db, admin, queued[0], now=NOW)
    put_back(db, parcel, LATER, reached=True)
    with pytest.raises(Conflict):
        take_back(db, admin, queued[0], now=NOW)
    assert queued[0] not in list_to_send(db, 2, NOW)
    retry_now(db, admin, queued[0], now=NOW)
    assert queued[0] in list_to_send(db, 2, NOW)
    assert claim(db, queued[0], NOW).left_at == NOW  # and is looked for there first


def test_a_refused_declaration_is_made_anew_not_tried_again(db, admin, queued):
    leave(db, claim(db, queued[0], NOW), S.REFUSED, NOW)
    with pytest.raises(Conflict):
        retry_now(db, admin, queued[0], now=NOW)
    row = update(MirrorSending).where(MirrorSending.id == queued[0])
    db.execute(row.values(verb=SendingVerb.REVOKE))
    db.expire_all()
    retry_now(db, admin, queued[0], now=NOW)
    assert states(db)[0] is S.QUEUED


def test_who_does_not_administer_does_nothing_with_the_queue(db, admin, queued):
    for role in (Role.CLIENT, Role.FACILITY_MANAGER):
        for act in (retry_now, take_back):
            with pytest.raises(Forbidden):
                act(db, replace(admin, role=role), queued[0], now=NOW)


def test_a_reader_does_nothing_with_the_queue(db, admin, queued):
    reader = replace(admin, program=frozenset({Permission.RIGHTS_READ}))
    assert len(list_sendings(db, reader)) == 3
    for act in (retry_now, take_back):
        with pytest.raises(Forbidden):
            act(db, reader, queued[0], now=NOW)


def test_who_is_limited_to_tags_sees_those_within_them_and_moves_none(db, admin, queued):
    row = db.get_one(MirrorSending, queued[1])
    pce_id = db.get_one(AccessRight, row.right_id).pce_id
    db.add(UserTag(user_id=2, tag="Nord", at=NOW - timedelta(days=1)))
    db.add(PceTag(pce_id=pce_id, organisation_id=2, tag="Nord"))
    db.flush()
    limited = replace(admin, limited=True)
    assert [one.id for one in list_sendings(db, limited)] == [queued[1]]
    assert count_sendings(db, limited) == {S.QUEUED: 1}
    with pytest.raises(Forbidden):  # the page is of every PCE
        retry_now(db, limited, queued[1], now=NOW)
