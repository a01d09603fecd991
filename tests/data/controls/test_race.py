"""Two people at once, in two connections: one wins, the other is told, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Conflict, PortalError
from data.controls import actions
from data.controls.models import Control, Decision
from data.controls.types import Picked
from jobs import controls as job
from tests.data.controls.proofs import (
    ACCEPT,
    DELAYS,
    REJECT,
    asked,
    decided,
    make_rights,
    right_of,
    row,
    sent,
    verified,
)
from tests.factories import NOW, make_people, make_user

pytestmark = pytest.mark.dialect


@pytest.fixture
def both(database, bob, dora):
    """A control under check, its right, dora and her colleague."""
    with database.transaction() as db:
        make_people(db)
        facts = {"email": "erin@tilleuls.example", "name": "Erin", "role": dora.role}
        erin = replace(dora, user_id=make_user(db, organisation_id=4, **facts).id)
        (right,) = make_rights(db, ["09999999910001"])
        (uid,) = asked(db, dora, [right])
        sent(db, bob, [uid])
    return uid, right, erin


def together(database, *acts):
    """Each act in a transaction of its own, all begun before any ends; what each raised."""
    gate, raised = threading.Barrier(len(acts)), {}

    def run(place, act):
        gate.wait()
        try:
            with database.transaction() as db:
                act(db)
        except PortalError as error:
            raised[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [raised.get(place) for place in range(len(acts))]


@pytest.mark.parametrize("_again", range(5))
def test_two_who_decide_at_once(database, dora, both, _again):
    uid, _right, erin = both

    def decide(viewer, ruling):
        return lambda db: actions.decide(db, viewer, uid, ruling, version=2, delays=DELAYS, now=NOW)

    raised = together(database, decide(dora, ACCEPT), decide(erin, REJECT))
    (lost,) = filter(None, raised)
    winner = "Erin" if raised[0] is lost else "Dora"
    assert isinstance(lost, Conflict)
    assert str(lost).startswith(winner)
    with database.reading() as db:
        (decision,) = db.scalars(select(Decision)).all()
        assert decision.by_id == (erin.user_id if winner == "Erin" else 4)
    assert verified(database).broken == ()


@pytest.mark.parametrize("_again", range(5))
def test_an_undoing_and_the_clock_at_once(database, dora, both, _again):
    """One of them wins: what is undone has no effect, what had its effects is not undone."""
    uid, right, _erin = both
    with database.transaction() as db:
        decided(db, dora, uid, REJECT)
    over, before = NOW + timedelta(minutes=10), NOW + timedelta(minutes=9, seconds=59)
    undone, _none = together(
        database,
        lambda db: actions.undo(db, dora, [uid], now=before),
        lambda db: job._apply(db, over),
    )
    with database.transaction() as db:
        state, fallen = row(db, dora, uid).state.value, right_of(db, right).state.value
        (decision,) = db.scalars(select(Decision)).all()
    expected = ("rejected", "obsolete") if undone else ("under_check", "active")
    assert (state, fallen) == expected
    assert (decision.applied_at is None) == (decision.undone_at is not None)
    assert verified(database).broken == ()


def test_two_who_draw_the_same_right_at_once(database, dora, both):
    _uid, _right, erin = both
    with database.transaction() as db:
        rights = tuple(make_rights(db, ["09999999910002", "09999999910003"]))
        mark = actions.preview_campaign(db, dora, Picked(rights), delays=DELAYS).mark

    def draw(viewer):
        return lambda db: actions.open_campaign(
            db, viewer, Picked(rights), mark=mark, delays=DELAYS, now=NOW
        )

    raised = together(database, draw(dora), draw(erin))
    assert sum(one is None for one in raised) == 1
    with database.reading() as db:
        assert len(db.scalars(select(Control)).all()) == 3
    assert verified(database).broken == ()
