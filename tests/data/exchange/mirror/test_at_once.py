"""Two at once about one connection: one waits for the other, and nothing is left in between."""

import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from core.errors import Conflict, PortalError
from data.exchange.mirror.actions import cancellation, reconciliation, rounds, tasks
from data.exchange.mirror.actions.answers import take_declared
from data.exchange.mirror.actions.connection import choose, connect, forget
from data.exchange.mirror.actions.outgoing_queue import claim, put_back
from data.exchange.mirror.actions.sendings import list_to_send, put_in_queue
from data.exchange.mirror.models import (
    MirrorConnection,
    MirrorRight,
    MirrorRound,
    MirrorSending,
    MirrorTask,
)
from data.exchange.mirror.queries.outgoing import find_due
from data.exchange.mirror.types import Credentials, MirrorChoice, MirrorPart, SendingState
from data.identity.accounts.models import Organisation
from data.identity.audit.models import AuditEvent
from data.rights.actions import declare
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.data.exchange.mirror.distributor import KEY
from tests.data.exchange.mirror.sides import THEIRS
from tests.data.rights.declarations import DELAYS, asked
from tests.factories import NOW

pytestmark = pytest.mark.dialect

A_WHILE = 0.2  # seconds, after which whoever does not wait is done


def meanwhile(database, first, second):
    """Begin *second* once *first* is done, and not committed yet; what each raised."""
    done = threading.Event()

    def acted(db):
        first(db)
        done.set()
        time.sleep(A_WHILE)

    return together(database, acted, second, done)


def together(database, first, second, gate):
    """Each in a transaction of its own, *second* once *gate* is open; what each raised."""
    raised = {}

    def run(name, act):
        try:
            with database.transaction() as db:
                act(db)
        except PortalError as error:
            raised[name] = error
        finally:
            gate.set()

    one = threading.Thread(target=run, args=("first", first))
    one.start()
    gate.wait()
    run("second", second)
    one.join()
    return raised


def declaring(admin):
    return lambda db: declare(db, admin, asked(), delays=DELAYS, now=NOW)


def rights_of(database):
    with database.reading() as db:
        return [(right.state, right.relayed) for right in db.scalars(select(AccessRight))]


def count(database, table):
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table))


def send_no_more(db, viewer, now):
    return choose(db, viewer, MirrorChoice(frozenset(MirrorPart), sends=False), now)


@pytest.mark.parametrize("stop", [forget, send_no_more])
def test_what_is_declared_while_nothing_is_sent_any_more_is_cancelled(sending, admin, stop):
    assert not meanwhile(sending, declaring(admin), lambda db: stop(db, admin, NOW))
    assert rights_of(sending) == [(RightState.OBSOLETE, True)]


@pytest.mark.parametrize("stop", [forget, send_no_more])
def test_what_is_declared_after_is_not_sent(sending, admin, stop):
    assert not meanwhile(sending, lambda db: stop(db, admin, NOW), declaring(admin))
    assert [relayed for _state, relayed in rights_of(sending)] in ([], [False])


def in_hand(database, admin):
    """A declaration that the job has taken and not sent yet."""
    with database.transaction() as db:
        declare(db, admin, asked(), delays=DELAYS, now=NOW)
        put_in_queue(db, 2, find_due(db, 2), now=NOW)
    with database.transaction() as db:
        (one,) = list_to_send(db, 2, NOW)
        return claim(db, one, NOW)


def forgotten(database, admin):
    with database.transaction() as db:
        return forget(db, admin, NOW)


def stranded(database):
    with database.reading() as db:
        return cancellation.list_stranded(db)


def swept(database):
    with database.transaction() as db:
        return cancellation.cancel_stranded(db, NOW)


def test_what_was_in_hand_and_did_not_leave_is_cancelled_by_the_next_turn(sending, admin):
    parcel = in_hand(sending, admin)
    assert forgotten(sending, admin) == 0
    assert stranded(sending) == []  # it may still leave
    with sending.transaction() as db:
        put_back(db, parcel, NOW, reached=False)
    assert stranded(sending) == [2]
    assert swept(sending) == 1
    assert rights_of(sending) == [(RightState.OBSOLETE, True)]
    assert (count(sending, MirrorSending), stranded(sending), swept(sending)) == (0, [], 0)


def test_what_may_have_reached_there_is_unsure(sending, admin):
    parcel = in_hand(sending, admin)
    forgotten(sending, admin)
    with sending.transaction() as db:
        put_back(db, parcel, NOW, reached=True)
    assert rights_of(sending) == [(RightState.PENDING, True)]
    with sending.reading() as db:
        assert db.scalars(select(MirrorSending.state)).all() == [SendingState.UNSURE]
        told = AuditEvent.action == "mirror.sending_unsure"
        assert db.scalar(select(func.count()).where(told)) == 1
    assert (stranded(sending), swept(sending)) == ([], 0)


def test_what_no_turn_had_seen_yet_is_found_too(sending, admin):
    """As a declaration that was made while a connection was forgotten, before both waited."""
    with sending.transaction() as db:
        declare(db, admin, asked(), delays=DELAYS, now=NOW)
        assert stranded_in(db) == []
        db.execute(update(Organisation).values(sends_upstream=False))
    assert swept(sending) == 1
    assert rights_of(sending) == [(RightState.OBSOLETE, True)]


def stranded_in(db):
    db.flush()
    return cancellation.list_stranded(db)


def test_who_has_it_sent_again_keeps_what_waited(sending, admin, monkeypatch):
    with sending.transaction() as db:
        declare(db, admin, asked(), delays=DELAYS, now=NOW)
    monkeypatch.setattr(cancellation, "list_stranded", lambda _db: [2])  # read before it was
    assert swept(sending) == 0
    assert rights_of(sending) == [(RightState.PENDING, True)]


def test_an_answer_that_comes_once_all_is_forgotten_keeps_no_link(sending, admin):
    parcel = in_hand(sending, admin)
    forgotten(sending, admin)
    theirs = replace(THEIRS, number=parcel.number)
    with sending.transaction() as db:
        take_declared(db, parcel, NOW, theirs)
    assert count(sending, MirrorRight) == 0
    assert rights_of(sending) == [(RightState.ACTIVE, True)]  # as it is there


def begun(database, admin):
    with database.transaction() as db:
        rounds.ask(db, admin, now=NOW)
    with database.transaction() as db:
        return rounds.claim(db, 2, NOW)


def heard(claimed):
    """A part of a list, as the job keeps it."""

    def keep(db):
        rounds.record(db, claimed)
        db.add(MirrorRight(organisation_id=2, round_id=claimed.id, **_told(THEIRS)))
        db.flush()

    return keep


def _told(one):
    plain = {name: getattr(one, name) for name in one.__dataclass_fields__ if name != "kinds"}
    return plain | {kind.value: True for kind in one.kinds}


def test_nothing_remains_of_a_list_that_was_being_heard(sending, admin):
    claimed = begun(sending, admin)
    assert not meanwhile(sending, heard(claimed), lambda db: forget(db, admin, NOW))
    assert (count(sending, MirrorRight), count(sending, MirrorRound)) == (0, 0)


def test_what_is_heard_once_all_is_forgotten_is_not_kept(sending, admin):
    claimed = begun(sending, admin)
    raised = meanwhile(sending, lambda db: forget(db, admin, NOW), heard(claimed))
    assert isinstance(raised["second"], Conflict)
    assert (count(sending, MirrorRight), count(sending, MirrorRound)) == (0, 0)


def test_no_reading_is_planned_once_all_is_forgotten(sending, admin):
    claimed = begun(sending, admin)
    claimed = replace(claimed, counts=replace(claimed.counts, tasks=3))
    forgotten(sending, admin)
    with pytest.raises(Conflict), sending.transaction() as db:
        tasks.plan(db, claimed, [MirrorPart.PUBLISHED], NOW)
    assert count(sending, MirrorTask) == 0


def test_the_rounds_of_the_night_open_none_of_a_connection_being_forgotten(sending, admin):
    night = NOW.replace(hour=2)
    with sending.transaction() as db:
        db.execute(update(MirrorConnection).values(created_at=night.replace(year=2025)))
    opening = lambda db: rounds.open_night(db, NOW)  # noqa: E731
    assert not meanwhile(sending, opening, lambda db: forget(db, admin, NOW))
    assert count(sending, MirrorRound) == 0


def test_a_press_and_a_round_wait_for_one_another(sending, admin):
    """Each takes the connection, then its round: neither is given up for the other."""
    claimed, gate = begun(sending, admin), threading.Event()

    def work(db):
        rounds.record(db, claimed)
        gate.set()
        time.sleep(A_WHILE)
        reconciliation.alone(db, 2)

    assert not together(sending, work, lambda db: rounds.ask(db, admin, now=NOW), gate)
    with sending.reading() as db:
        assert db.scalars(select(MirrorRound.id)).all() == [claimed.id]


def test_two_who_save_at_once_save_one_connection(here, admin):
    given = [Credentials(f"usr-{at}", "un-secret") for at in range(2)]
    first, second = (lambda db, one=one: connect(db, admin, one, key=KEY, now=NOW) for one in given)
    assert not meanwhile(here, first, second)
    with here.reading() as db:
        assert db.scalars(select(MirrorConnection.client_id)).all() == ["usr-1"]
