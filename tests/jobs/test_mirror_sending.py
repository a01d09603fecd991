"""What leaves for the distributor: once, in order, whatever it answers and whoever is killed."""

import itertools
from collections import deque
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core import queue
from core.errors import Conflict
from core.queue_types import Lease
from data.exchange.mirror.actions.queue_control import retry_now
from data.exchange.mirror.actions.sendings import SEND_UPSTREAM
from data.exchange.mirror.channels import Upstream
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorSending
from data.exchange.mirror.queries.sendings import list_right_sendings, list_sendings
from data.exchange.mirror.types import ConnectionState, SendingState, SendingTurn, SendingVerb
from data.identity.accounts.models import Organisation
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.actions import cancel, revoke
from data.rights.models import AccessRight, RightEventRow
from data.rights.types import EndSource, RightState, RightTrigger
from jobs import mirror_sending as job
from jobs.mirror_gathering import gather
from tests.data.exchange.mirror.distributor import address_of, lines, right_line, serving, told
from tests.data.rights.declarations import GOOD, HOLDER, asked
from tests.factories import NOW, PCE
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import OTHER, active, known_there, opened_right

S, V = SendingState, SendingVerb


def states(sides):
    return [(one.verb, one.state) for one in sides.sendings()]


def test_a_right_lives_on_both_sides_from_its_declaration_to_its_revocation(sides, bob):
    uid = sides.declare(bob)
    assert sides.turn() == SendingTurn(done=1)
    (there,) = sides.rights_there()
    assert (there.state, there.number) == (RightState.PENDING, PCE)
    assert [link.uid for link in sides.links()] == [there.uid]
    assert states(sides) == [(V.DECLARE, S.DONE)]
    assert sides.turn(1) == SendingTurn()
    sides.answer_there()
    sides.hears()
    assert active(sides, uid)
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
    assert sides.turn(1) == SendingTurn(done=1)
    (there,) = sides.rights_there()
    assert (there.state, there.source) == (RightState.REVOKED, EndSource.THIRD_PARTY)
    assert sides.hears().drifts == 0
    assert sides.right(uid).state is RightState.REVOKED
    assert sides.turn(1) == SendingTurn()
    with sides.here.reading() as db:
        said = db.scalars(select(AuditEvent.action).where(AuditEvent.object_id == uid)).all()
    wanted = {"rights.relayed", "rights.aligned", "rights.revoked", "mirror.sending_done"}
    assert wanted <= set(said)


def test_a_no_of_the_holder_there_is_a_no_here(sides, bob):
    uid = sides.declare(bob)
    sides.turn()
    sides.answer_there(RightTrigger.REFUSED)
    sides.hears()
    assert sides.right(uid).state is RightState.REFUSED
    assert sides.turn(1) == SendingTurn()


def test_what_the_holder_itself_declares_may_be_open_at_once(sides, bob):
    name = update(Organisation).where(Organisation.id == 2).values(name="LYCEE DES TILLEULS")
    with sides.there.transaction() as db:
        db.execute(name)
        db.execute(update(Pce).values(postal_code="99123"))
    uid = sides.declare(bob, HOLDER)
    assert sides.turn() == SendingTurn(done=1)
    assert active(sides, uid)
    with sides.here.reading() as db:
        last = db.scalars(select(RightEventRow).order_by(RightEventRow.id.desc())).first()
        assert last.trigger is RightTrigger.ALIGNED


def test_a_refusal_keeps_its_words_ends_ours_and_it_may_be_declared_again(sides, bob, admin):
    uid = sides.declare(bob, asked(id_pce="09999999919999"))
    assert sides.turn() == SendingTurn(refused=1)
    right = sides.right(uid)
    assert (right.state, right.source) == (RightState.OBSOLETE, EndSource.DISTRIBUTOR)
    with sides.here.reading() as db:
        (row,) = list_right_sendings(db, bob, uid)
        assert (row.state, row.code) == (S.REFUSED, "1000000006")
        assert "09999999919999" in row.answer.quote
        mail = db.scalars(
            select(Notification).where(Notification.kind == NotificationKind.RIGHTS_MOVED)
        ).one()
        assert mail.params["pces"] == ["09999999919999"]
    with sides.here.transaction() as db, pytest.raises(Conflict):
        retry_now(db, admin, row.id, now=NOW)
    known_there(sides.there, "09999999919999")
    again = sides.declare(bob, asked(id_pce="09999999919999"))
    assert sides.turn(1) == SendingTurn(done=1)
    assert again != uid


def test_a_right_that_is_there_already_is_adopted_by_its_days_and_no_other(sides, bob):
    """Declared on the distributor's own portal: the very same, or another."""
    uid = sides.declare(bob)
    other = sides.declare(bob, asked(id_pce=OTHER))
    sides.turn()
    with sides.here.transaction() as db:  # nothing is known of them here any more
        db.execute(update(MirrorSending).values(state=S.QUEUED, ended_at=None, left_at=None))
        db.execute(MirrorDrift.__table__.delete())
        db.execute(MirrorRight.__table__.delete())
        db.execute(update(AccessRight).where(AccessRight.uid == other).values(ends_on=NOW.date()))
    assert sides.turn(1) == SendingTurn(done=1, refused=1)
    assert len(sides.rights_there()) == 2
    assert [link.number for link in sides.links()] == [PCE]
    assert sides.right(uid).state is RightState.PENDING
    assert sides.right(other).state is RightState.OBSOLETE


MOODS = (
    "500",
    "html",
    "429",
    "after 500",
    "after html",
    "after silence",
    "after empty",
    "empty",
    "after bare",
)


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.sampled
def test_whatever_is_lost_on_the_line_there_is_one_right_there(moody, bob, mood):
    sides = moody.sides
    uid = sides.declare(bob)
    moody.moods = deque([mood])
    sides.turn()
    for _try in range(3):
        sides.turn(31)
    (there,) = sides.rights_there()
    assert states(sides) == [(V.DECLARE, S.DONE)]
    assert [link.uid for link in sides.links()] == [there.uid]
    puts = sum(one.startswith("PUT") for one in moody.asked)
    assert puts == (1 if mood.startswith("after") else 2)
    assert sides.right(uid).state is RightState.PENDING
    (row,) = sides.sendings()
    assert row.attempts == (1 if mood in {"429", "after empty", "after bare"} else 2)


def test_what_is_looked_for_in_vain_is_sent_and_an_unreadable_list_says_nothing(moody, bob):
    sides = moody.sides
    sides.declare(bob)
    moody.moods = deque(["after 500", "500", "html", "empty"])
    for _try in range(5):
        sides.turn(31)
        assert len(sides.rights_there()) == 1
    assert states(sides) == [(V.DECLARE, S.DONE)]
    assert sum(one.startswith("PUT") for one in moody.asked) == 1


def test_a_line_that_cannot_be_read_may_be_ours_nothing_is_sent_again(braved, hostile, bob):
    braved.declare(bob)
    done = {"code_statut_traitement": "0000000000", "message_retour_traitement": "ok"}
    hostile.says(told({}, 500))
    braved.turn()
    hostile.says(lines(right_line(etat_droit_acces="Autre"), done))
    assert braved.turn(31) == SendingTurn(later=1)
    no = {"code_statut_traitement": "1", "message_retour_traitement": "Non."}
    hostile.says(lines(done), told(no, 400))
    assert braved.turn(62) == SendingTurn(refused=1)
    assert [method for method, *_more in hostile.asked] == ["PUT", "POST", "POST", "PUT"]


def test_an_older_right_with_the_same_days_is_not_what_was_lost(braved, hostile, bob):
    days = {
        "date_debut_droit_acces": GOOD.date_debut_droit_acces,
        "date_fin_droit_acces": GOOD.date_fin_droit_acces,
    }
    old = right_line(etat_droit_acces="Refusée", date_creation="2026-10-01 10:00:00", **days)
    done = {"code_statut_traitement": "0000000000", "message_retour_traitement": "ok"}
    braved.declare(bob)
    hostile.says(told({}, 500))
    braved.turn()
    new = old | {"id_droit_acces": "new", "etat_droit_acces": "A valider"}
    new |= {"code_statut_traitement": "0000000002"}
    new |= {"date_creation_droit_acces": "2026-11-24T12:00:00"}
    new.pop("date_creation")
    hostile.says(lines(old, done), told(new, 201))
    assert braved.turn(31) == SendingTurn(done=1)
    assert [link.uid for link in braved.links()] == ["new"]


def test_two_outages_in_a_row_leave_the_other_side_alone_until_the_next_turn(moody, bob):
    sides = moody.sides
    for at in range(4):
        sides.declare(bob, asked(id_pce=f"0999999992{at:04}"))
    moody.moods = deque(["500"] * 4)
    assert sides.turn() == SendingTurn(later=2)
    assert len(moody.asked) == 2


def test_an_error_of_ours_about_one_thing_puts_it_off_and_lets_the_others_leave(
    sides, bob, monkeypatch
):
    for number in (PCE, OTHER):
        sides.declare(bob, asked(id_pce=number))
    usual = Upstream.declare

    def breaks(self, number, body):
        if number == PCE:
            raise OverflowError
        return usual(self, number, body)

    with monkeypatch.context() as broken:
        broken.setattr(Upstream, "declare", breaks)
        assert sides.turn() == SendingTurn(done=1, later=1)
    first, second = sides.sendings()
    assert (first.state, second.state) == (S.SENDING, S.DONE)
    assert first.next_attempt_at > sides.now
    assert sides.turn(31) == SendingTurn(done=1)
    assert len(sides.rights_there()) == 2


def test_calls_that_are_spent_count_no_attempt_and_nothing_is_tried_before(moody, bob):
    sides = moody.sides
    for number in (PCE, OTHER):
        sides.declare(bob, asked(id_pce=number))
    moody.moods = deque(["429"])
    assert sides.turn() == SendingTurn(later=1)
    waits = {one.next_attempt_at - sides.now for one in sides.sendings()}
    assert len(waits) == 1
    assert timedelta(seconds=60) <= waits.pop() < timedelta(seconds=70)
    assert [(one.attempts, one.left_at) for one in sides.sendings()] == [(0, None), (0, None)]
    assert sides.turn(0.5) == SendingTurn()
    assert sides.turn(1) == SendingTurn(done=2)


def test_credentials_that_are_refused_stop_the_queue_until_they_change(sides, bob):
    sides.declare(bob)
    with sides.here.transaction() as db:
        row = db.get_one(MirrorConnection, 2)
        kept, row.sealed_secret = row.sealed_secret, "x"
    assert sides.turn() == SendingTurn(later=1)
    with sides.here.reading() as db:
        assert db.get_one(MirrorConnection, 2).state is ConnectionState.REFUSED
    assert sides.turn(1) == SendingTurn()
    with sides.here.transaction() as db:
        row = db.get_one(MirrorConnection, 2)
        row.sealed_secret, row.state = kept, ConnectionState.UNTRIED
    assert sides.turn(1) == SendingTurn(done=1)
    assert sides.sendings()[0].attempts == 1


@pytest.mark.parametrize("moods", [[], ["500"], ["after 500"]])
def test_what_is_declared_again_waits_until_the_one_before_is_revoked_there(moody, bob, moods):
    sides = moody.sides
    before = opened_right(sides, bob)
    with sides.here.transaction() as db:
        revoke(db, bob, [before], now=sides.now)
    sides.now += timedelta(seconds=20)
    again = sides.declare(bob)
    moody.asked.clear()
    moody.moods = deque(moods)
    sides.turn(0.5)
    assert [one.split()[0] for one in moody.asked] == ["PATCH"]
    for _turn in range(2):
        sides.turn(31)
    assert {one.state for one in sides.sendings()} == {S.DONE}
    assert sides.right(before).state is RightState.REVOKED
    assert sides.right(again).state is RightState.PENDING
    there = [one.state for one in sides.rights_there()]
    assert there == [RightState.REVOKED, RightState.PENDING]


def test_what_is_taken_back_before_it_left_never_leaves(sides, bob):
    uid = sides.declare(bob)
    with sides.here.transaction() as db:
        cancel(db, bob, [uid], now=NOW)
    assert sides.turn() == SendingTurn()
    assert states(sides) == []
    other = sides.declare(bob)
    gather(sides.here, 2, sides.now)
    with sides.here.transaction() as db:
        cancel(db, bob, [other], now=NOW)
    assert sides.turn() == SendingTurn()
    assert states(sides) == [(V.DECLARE, S.DROPPED)]
    assert sides.rights_there() == []


def test_what_is_taken_back_once_its_answer_was_lost_is_found_and_ended_there(moody, bob):
    sides = moody.sides
    uid = sides.declare(bob)
    moody.moods = deque(["after 500"])
    sides.turn()
    with sides.here.transaction() as db:
        cancel(db, bob, [uid], now=sides.now)
    assert sides.turn(31) == SendingTurn(done=1)
    assert sides.turn(1) == SendingTurn(done=1)
    assert states(sides) == [(V.DECLARE, S.DONE), (V.REVOKE, S.DONE)]
    (there,) = sides.rights_there()
    assert there.state is RightState.OBSOLETE
    assert sides.hears().drifts == 0


def test_what_never_reached_there_is_dropped_once_it_is_taken_back(moody, bob):
    sides = moody.sides
    uid = sides.declare(bob)
    moody.moods = deque(["500"])
    sides.turn()
    with sides.here.transaction() as db:
        cancel(db, bob, [uid], now=sides.now)
    assert sides.turn(31) == SendingTurn(done=1)
    assert states(sides) == [(V.DECLARE, S.DROPPED)]
    assert sides.rights_there() == []


def test_a_right_that_is_open_again_there_may_be_revoked_again(sides, bob):
    uid = opened_right(sides, bob)
    for _time in range(2):
        with sides.here.transaction() as db:
            revoke(db, bob, [uid], now=sides.now)
        assert sides.turn(1) == SendingTurn(done=1)
        assert sides.rights_there()[0].state is RightState.REVOKED
        assert sides.turn(1) == SendingTurn()
        again = {"state": RightState.ACTIVE, "closed_at": None, "source": None}
        with sides.there.transaction() as db:
            db.execute(update(AccessRight).values(**again))
        with sides.here.transaction() as db:
            db.execute(update(AccessRight).values(**again))
            db.execute(update(MirrorRight).values(**again))
    assert states(sides) == [(V.DECLARE, S.DONE), (V.REVOKE, S.DONE), (V.REVOKE, S.DONE)]


def open_again(sides):
    again = {"state": RightState.ACTIVE, "closed_at": None, "source": None}
    with sides.here.transaction() as db:
        db.execute(update(AccessRight).values(**again))


def test_a_refused_revocation_that_is_asked_again_ends_no_right_that_is_open_since(
    braved, hostile, bob, admin
):
    uid = revoked_in_vain(braved, hostile, bob)
    open_again(braved)
    with braved.here.transaction() as db:
        retry_now(db, admin, braved.sendings()[-1].id, now=braved.now)
    asked_before = len(hostile.asked)
    assert braved.turn(1) == SendingTurn()
    assert len(hostile.asked) == asked_before
    assert states(braved)[-1] == (V.REVOKE, S.DROPPED)
    assert active(braved, uid)
    assert [link.state for link in braved.links()] == [RightState.ACTIVE]


def test_a_revocation_that_is_there_once_ours_is_open_again_is_over_there(moody, bob, monkeypatch):
    """A list that was read before it left is taken while it is on its way."""
    sides = moody.sides
    uid = opened_right(sides, bob)
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
    usual = Upstream.revoke

    def overtaken(self, their_uid):
        open_again(sides)
        return usual(self, their_uid)

    monkeypatch.setattr(Upstream, "revoke", overtaken)
    assert sides.turn(1) == SendingTurn(done=1)
    (link,) = sides.links()
    assert (link.state, link.source) == (RightState.REVOKED, EndSource.THIRD_PARTY)


@pytest.mark.parametrize("mood", ["500", "after 500", "after silence"])
@pytest.mark.slow
def test_a_revocation_whose_answer_is_lost_is_one(moody, bob, mood):
    sides = moody.sides
    uid = opened_right(sides, bob)
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
    moody.moods = deque([mood])
    sides.turn(1)
    sides.turn(31)
    assert states(sides)[-1] == (V.REVOKE, S.DONE)
    assert sides.rights_there()[0].state is RightState.REVOKED


DAYS = {
    "date_debut_droit_acces": GOOD.date_debut_droit_acces,
    "date_fin_droit_acces": GOOD.date_fin_droit_acces,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id_droit_acces": "of-another"},
        {"id_pce": PCE},
        {"role_tiers": "AUTORISE_CONTRAT_INJECTION"},
        {"date_debut_droit_acces": "2026-09-02"},
        {"date_fin_droit_acces": "2028-08-30"},
    ],
)
def test_an_answer_that_tells_of_another_right_is_not_believed(braved, hostile, bob, wrong):
    """The list says which it is."""
    before = braved.declare(bob)
    hostile.says(told(right_line(id_droit_acces="of-another", **DAYS) | DONE, 201))
    braved.turn()
    uid = braved.declare(bob, asked(id_pce=OTHER))
    made = right_line(
        id_droit_acces="made", id_pce=OTHER, date_creation="2026-11-24 09:01:00", **DAYS
    )
    hostile.says(told(made | {"id_droit_acces": "odd"} | wrong | DONE, 201), lines(made, DONE))
    assert braved.turn(1) == SendingTurn(done=1)
    links = {link.uid: link.right_id for link in braved.links()}
    assert links == {"of-another": braved.right(before).id, "made": braved.right(uid).id}


@pytest.mark.parametrize(
    ("state", "known"), [("A valider", False), ("Refusée", True), ("A valider", True)]
)
def test_what_is_there_by_a_day_alone_is_found_unless_it_was_there_before(
    braved, hostile, bob, state, known
):
    before = right_line(
        id_droit_acces="before", etat_droit_acces="Refusée", date_creation="2026-11-24", **DAYS
    )
    made = before | {"id_droit_acces": "made", "etat_droit_acces": state}
    if known:
        hostile.says(lines(before, DONE))
        braved.hears(0)
    uid = braved.declare(bob)
    hostile.says(told({}, 500), lines(*([before] if known else []), made, DONE))
    braved.turn(1)
    assert braved.turn(31) == SendingTurn(done=1)
    assert [one[0] for one in hostile.asked].count("PUT") == 1
    links = {link.uid: link.right_id for link in braved.links()}
    assert links["made"] == braved.right(uid).id


def test_a_worker_that_lost_its_lease_records_nothing_and_the_next_one_finds_the_right(
    sides, distributor, bob
):
    uid = sides.declare(bob)
    later = sides.now + timedelta(minutes=2)

    def steal(environ, start):
        answer = distributor.web.server(environ, start)
        if environ["REQUEST_METHOD"] == "PUT":
            with sides.here.transaction() as db:
                assert queue.release_stuck(db, later) == []
                assert queue.claim(db, SEND_UPSTREAM.pool, Lease("other", 60), later)
        return answer

    with serving(steal) as root:
        usual, sides.address = sides.address, address_of(root)
        assert sides.turn() == SendingTurn()
    assert [link.uid for link in sides.links()] == []
    sides.address = usual
    assert sides.turn(4) == SendingTurn(done=1)
    (there,) = sides.rights_there()
    assert [link.uid for link in sides.links()] == [there.uid]
    assert sides.right(uid).state is RightState.PENDING


def test_the_clock_of_an_organisation_counts_what_those_before_took(sides, bob, monkeypatch):
    sides.declare(bob)
    ticks = itertools.count()
    monkeypatch.setattr(job, "list_senders", lambda _db, _now: (1, 2))
    monkeypatch.setattr(
        job, "clock_since", lambda now: lambda: now + timedelta(minutes=next(ticks))
    )
    sides.turn()
    (row,) = sides.sendings()
    assert row.created_at == sides.now + timedelta(minutes=1)


NO = {"code_statut_traitement": "7", "message_retour_traitement": "Pas maintenant."}
DONE = {"code_statut_traitement": "0000000000", "message_retour_traitement": "ok"}


def revoked_in_vain(braved, hostile, bob):
    """A right that is open there, whose revocation the other side refused."""
    uid = braved.declare(bob)
    line = right_line(**DAYS)
    hostile.says(told(line | DONE, 201))
    braved.turn()
    with braved.here.transaction() as db:
        revoke(db, bob, [uid], now=braved.now)
    hostile.says(told(NO, 409), lines(line, DONE))
    assert braved.turn(1) == SendingTurn(refused=1)
    return uid


def test_a_revocation_that_is_refused_keeps_its_words_and_may_be_asked_again(
    braved, hostile, bob, admin
):
    revoked_in_vain(braved, hostile, bob)
    with braved.here.transaction() as db:
        row = list_sendings(db, bob, states=[S.REFUSED])[0]
        assert (row.verb, row.code, row.answer.quote) == (V.REVOKE, "7", "Pas maintenant.")
        retry_now(db, admin, row.id, now=braved.now)
    hostile.says(told(DONE))
    assert braved.turn() == SendingTurn(done=1)


def test_rights_ended_before_the_connection_or_by_the_other_side_are_not_revoked(sides, bob):
    uid = opened_right(sides, bob)
    with sides.here.transaction() as db:
        revoke(db, bob, [uid], now=sides.now)
        db.execute(update(MirrorConnection).values(created_at=sides.now + timedelta(days=1)))
        db.execute(MirrorSending.__table__.delete())  # nor was it declared from here
    assert sides.turn(1) == SendingTurn()
