"""A right that is renewed here before its end, through two portals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from data.exchange.mirror.actions.queue_control import retry_now
from data.exchange.mirror.models import MirrorRight
from data.exchange.mirror.queries.sendings import list_sendings
from data.exchange.mirror.rules.sendings import after
from data.exchange.mirror.types import SendingState, SendingTurn
from data.rights.actions import revoke
from data.rights.actions.renewal import renew_many
from data.rights.types import EndSource, RightState
from jobs import rights as clock
from tests.data.exchange.mirror.distributor import DONE, lines, right_line, told
from tests.data.rights.declarations import DELAYS, asked
from tests.factories import NOW
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import active, opened_right

S, R = SendingState, RightState
ENDS, AGAIN = date(2027, 2, 15), date(2028, 12, 31)  # ends too late for there: no renewal yet
OVER = datetime(2027, 2, 15, 23, tzinfo=UTC)  # midnight in Paris
SOON = date(2026, 12, 31)


def until(day):
    return asked(date_fin_droit_acces=str(day), perim_donnees_conso_fin=str(day))


def renewed(sides, bob, uid):
    with sides.here.transaction() as db:
        (made,) = renew_many(db, bob, [uid], AGAIN, delays=DELAYS, now=sides.now)
    assert made.problems == ()
    return made.uid


@pytest.fixture
def early(sides, bob):
    """A renewal that the other side does not take yet: the right before it is open there."""
    uid = opened_right(sides, bob, until(ENDS))
    new = renewed(sides, bob, uid)
    assert sides.turn(1) == SendingTurn(later=1)
    return uid, new


def test_it_waits_in_the_words_of_there_until_the_one_before_is_over(
    sides, distributor, bob, early
):
    uid, new = early
    with sides.here.reading() as db:
        (row, _before) = list_sendings(db, bob)
    assert (row.state, row.code, row.is_in_doubt) == (S.QUEUED, "1000000003", False)
    assert row.answer.quote.startswith("Un droit actif existe déjà sur ce PCE")
    assert row.next_attempt_at == OVER
    assert sides.turn(60) == SendingTurn()
    assert sides.hears().drifts == 0  # nothing of it differs meanwhile
    assert (active(sides, uid), sides.right(new).state) == (True, R.PENDING)

    sides.now = distributor.web.clock.now = OVER + timedelta(hours=2)
    for database in (sides.here, sides.there):
        clock.settle(database, sides.now)
    sides.hears()
    assert (sides.right(uid).state, sides.right(uid).source) == (R.OBSOLETE, EndSource.EXPIRY)
    assert sides.turn(1) == SendingTurn(done=1)
    before, there = sides.rights_there()
    assert (before.state, there.state, there.ends_on) == (R.OBSOLETE, R.PENDING, AGAIN)
    sides.answer_there()
    sides.hears()
    assert active(sides, new)
    assert sides.hears().drifts == 0


def test_within_sixty_days_of_the_end_another_portal_takes_it_beside_the_one_before(
    sides, distributor, bob
):
    uid = opened_right(sides, bob, until(SOON))
    new = renewed(sides, bob, uid)
    assert sides.turn(1) == SendingTurn(done=1)
    before, there = sides.rights_there()
    assert (before.state, there.state, there.ends_on) == (R.ACTIVE, R.PENDING, AGAIN)
    assert there.renews_id == before.id
    assert sides.hears().drifts == 0
    sides.answer_there()
    sides.hears()
    assert active(sides, uid)
    assert active(sides, new)

    sides.now = distributor.web.clock.now = datetime(2027, 1, 1, tzinfo=UTC)
    for database in (sides.here, sides.there):
        clock.settle(database, sides.now)
    assert sides.hears().drifts == 0
    assert (sides.right(uid).state, sides.right(new).state) == (R.OBSOLETE, R.ACTIVE)
    assert sides.turn(60) == SendingTurn()


def test_it_is_taken_at_once_where_the_other_side_takes_it(braved, hostile, bob):
    uid = opened_there(braved, hostile, bob)
    new = renewed(braved, bob, uid)
    made = right_line(
        id_droit_acces="new",
        etat_droit_acces="A valider",
        date_creation="2026-11-24 12:00:00",
        date_debut_droit_acces=str(NOW.date()),
        date_fin_droit_acces=str(AGAIN),
    )
    hostile.says(told(made | DONE, 201))
    assert braved.turn(1) == SendingTurn(done=1)
    assert {one.uid: one.right_id for one in braved.links()}["new"] == braved.right(new).id
    assert active(braved, uid)


NO = told({"code_statut_traitement": "1000000003", "message_retour_traitement": "Déjà."}, 409)
OTHER_NO = told({"code_statut_traitement": "1000000022", "message_retour_traitement": "Non."}, 409)


def opened_there(sides, hostile, bob):
    uid = sides.declare(bob, until(ENDS))
    days = {"date_debut_droit_acces": "2026-09-01", "date_fin_droit_acces": str(ENDS)}
    hostile.says(told(right_line(**days) | DONE, 201))
    sides.turn()
    assert active(sides, uid)
    return uid


@pytest.mark.parametrize(
    ("answer", "there"),
    [(OTHER_NO, {}), (NO, {"state": R.OBSOLETE}), (NO, {"ends_on": None})],
)
def test_another_no_or_one_for_no_such_right_is_a_refusal(braved, hostile, bob, answer, there):
    new = renewed(braved, bob, opened_there(braved, hostile, bob))
    with braved.here.transaction() as db:
        db.execute(update(MirrorRight).values(**there or {"state": R.ACTIVE}))
    hostile.says(answer, lines(DONE))
    assert braved.turn(1) == SendingTurn(refused=1)
    assert braved.right(new).state is R.OBSOLETE


def test_once_what_it_follows_is_revoked_it_leaves_when_asked(sides, bob, admin, early):
    uid, new = early
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
    assert sides.turn(1) == SendingTurn(done=1)
    with sides.here.transaction() as db:
        (row,) = list_sendings(db, bob, states=[S.QUEUED])
        retry_now(db, admin, row.id, now=sides.now)
    assert sides.turn(1) == SendingTurn(done=1)
    assert [one.state for one in sides.rights_there()] == [R.REVOKED, R.PENDING]
    assert sides.right(new).state is R.PENDING


def test_a_last_day_is_over_at_midnight_in_paris_and_then_an_hour_is_waited():
    assert after(ENDS, NOW) == OVER
    assert after(ENDS, OVER) == OVER + timedelta(hours=1)
