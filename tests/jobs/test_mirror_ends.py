"""Whose word wins: what ended here is not opened again because the other side still has it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.errors import Conflict
from data.exchange.mirror.actions import connection
from data.exchange.mirror.actions.manual_repair import repair, repair_all, repair_unasked
from data.exchange.mirror.actions.queue_control import take_back
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight, MirrorSending
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.types import DriftKind, Repaired, SendingState, SendingVerb
from data.metering.pces.models import Pce, PceGrant
from data.rights.actions import align, answer_as_holder, distributor_decisions, revoke
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_moves import holders_moved
from data.rights.actions.revocation import close_for_contract
from data.rights.actions.transitions import RightAuthor
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightActor, RightState, RightTerms, RightTrigger
from jobs.mirror_gathering import gather
from tests.data.exchange.mirror.distributor import DONE, connect, lines, right_line, told
from tests.data.exchange.mirror.sides import drifts, flipped, hear, theirs_of
from tests.data.rights.conftest import EVIDENCE
from tests.factories import NOW, PCE, make_pce, make_people, make_right
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import opened_right, sends

HOUR = timedelta(hours=1)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def solo(database):
    """A right that is Active on both sides; its organisation sends nothing, and wants repairs."""
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr", created_at=BEFORE, sends=False, repairs=True)
        pce = make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        right = make_right(db, pce, 2, created_at=BEFORE, declared_on=BEFORE.date())
        keep_grants(db, {(pce.id, 2)})
        there = theirs_of(right)
    hear(database, [there])
    return database, there


def right_of(db):
    db.expire_all()
    return db.scalars(select(AccessRight)).one()


def granted(db):
    return list(db.scalars(select(PceGrant.pce_id).where(PceGrant.organisation_id == 2)))


def withdrawn(db, alice, uid, now=NOW):
    answer_as_holder(db, alice, RightTrigger.WITHDRAWN, [uid], evidence=EVIDENCE, now=now)


def by_holder(db, alice, dora, uid):
    withdrawn(db, alice, uid)


def by_staff(db, alice, dora, uid):
    revoke(db, dora, [uid], now=NOW)


def by_contract(db, alice, dora, uid):
    close_for_contract(db, 2, now=NOW)


def by_move(db, alice, dora, uid):
    pce = db.scalars(select(Pce)).one()
    pce.holder_id, pce.holder_since, pce.holder_name = 3, date(2026, 11, 20), "USINE"
    db.flush()
    holders_moved(db, [pce.id], now=NOW)


def by_proof(db, alice, dora, uid):
    distributor_decisions.reject_proofs(db, [right_of(db).id], now=NOW)


WORDS = {
    by_holder: EndSource.HOLDER,
    by_staff: EndSource.DISTRIBUTOR_FOR_HOLDER,
    by_contract: EndSource.CONTRACT,
    by_move: EndSource.MOVE,
    by_proof: EndSource.PROOF,
}


@pytest.mark.parametrize("end", list(WORDS), ids=lambda one: one.__name__)
def test_what_others_ended_here_is_shown_and_never_opened_again(solo, alice, admin, dora, end):
    database, there = solo
    with database.transaction() as db:
        end(db, alice, dora, right_of(db).uid)
        over = right_of(db).state
        assert over.final
        assert granted(db) == []
    hear(database, [there], now=NOW + HOUR)
    with database.transaction() as db:
        (drift,) = drifts(db)
        assert drift.kind is DriftKind.ENDED_HERE
        assert repair_unasked(db, 2, now=NOW + HOUR) == Repaired(0)
        assert repair_all(db, admin, upto=ALL, now=NOW + HOUR) == Repaired(0, kept_count=1)
        assert repair(db, admin, [drift.id], now=NOW + HOUR) == Repaired(0, kept_count=1)
        assert [one.id for one in drifts(db)] == [drift.id]
        assert (right_of(db).state, right_of(db).source) == (over, WORDS[end])
        assert granted(db) == []
    hear(database, [flipped(there, RightState.OBSOLETE)], now=NOW + 2 * HOUR)
    with database.transaction() as db:
        repair_all(db, admin, upto=ALL, now=NOW + 2 * HOUR)
        assert drifts(db) == []


def test_a_difference_seen_before_the_holder_said_no_does_not_open_it_again(solo, alice, admin):
    database, there = solo
    hear(database, [replace(there, ends_on=date(2029, 1, 1))], now=NOW)
    with database.transaction() as db:
        (drift,) = drifts(db)
        withdrawn(db, alice, right_of(db).uid)
        assert repair(db, admin, [drift.id], now=NOW + HOUR) == Repaired(0, (PCE,))
        assert [one.kind for one in drifts(db)] == [DriftKind.ENDED_HERE]
        assert right_of(db).state is RightState.REVOKED


def test_the_no_of_a_holder_stays_as_it_was_said_where_it_is_over_there(solo, alice, admin):
    database, there = solo
    with database.transaction() as db:
        withdrawn(db, alice, right_of(db).uid)
    hear(database, [flipped(there, RightState.OBSOLETE)], now=NOW + HOUR)
    with database.transaction() as db:
        assert drifts(db) == []
        assert right_of(db).source is EndSource.HOLDER


def test_what_aligns_rights_opens_none_that_others_ended(solo, alice):
    database, _there = solo
    with database.transaction() as db:
        withdrawn(db, alice, right_of(db).uid)
        by = RightAuthor(RightActor.DISTRIBUTOR, NOW)
        with pytest.raises(Conflict):
            align(db, 2, {right_of(db).id: RightTerms(RightState.ACTIVE, kinds=frozenset())}, by)


def test_what_an_organisation_ended_is_opened_again_by_its_own_word_alone(solo, admin):
    database, there = solo
    with database.transaction() as db:
        revoke(db, admin, [right_of(db).uid], now=NOW)
    hear(database, [there], now=NOW + HOUR)
    with database.transaction() as db:
        assert [one.kind for one in drifts(db)] == [DriftKind.CLOSED_HERE]
        assert repair_unasked(db, 2, now=NOW + HOUR) == Repaired(0)
        assert right_of(db).state is RightState.REVOKED
        waits = MirrorSending(
            organisation_id=2,
            right_id=right_of(db).id,
            verb=SendingVerb.REVOKE,
            state=SendingState.QUEUED,
            created_at=NOW,
            next_attempt_at=NOW,
        )
        db.add(waits)
        assert repair_all(db, admin, upto=ALL, now=NOW + HOUR) == Repaired(0, kept_count=1)
        waits.state = SendingState.DROPPED
        assert repair_all(db, admin, upto=ALL, now=NOW + HOUR) == Repaired(1)
        assert right_of(db).state is RightState.ACTIVE


def held(sides, admin):
    """A right that is Active on both sides, of a holder who is known here."""
    with sides.here.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
    return opened_right(sides, admin)


def revocations(sides):
    return [one for one in sides.sendings() if one.verb is SendingVerb.REVOKE]


def test_the_organisation_does_not_take_back_the_no_of_its_holder(sides, alice, admin):
    uid = held(sides, admin)
    with sides.here.transaction() as db:
        withdrawn(db, alice, uid, sides.now)
    gather(sides.here, 2, sides.now)
    (waits,) = revocations(sides)
    with sides.here.transaction() as db, pytest.raises(Conflict):
        take_back(db, admin, waits.id, now=sides.now)
    sides.turn(1)
    assert sides.rights_there()[0].state is RightState.REVOKED
    assert sides.hears().drifts == 0
    assert sides.right(uid).source is EndSource.HOLDER


@pytest.mark.parametrize("queued", [False, True])
def test_the_no_of_a_holder_leaves_after_a_connection_was_forgotten(sides, alice, admin, queued):
    uid = held(sides, admin)
    with sides.here.transaction() as db:
        withdrawn(db, alice, uid, sides.now)
    if queued:
        gather(sides.here, 2, sides.now)
    with sides.here.transaction() as db:
        client = db.scalars(select(MirrorConnection.client_id)).one()
        connection.forget(db, admin, sides.now)
        connect(db, client, created_at=sides.now + HOUR)
        sends(db)
    sides.now += 2 * HOUR
    sides.hears()
    assert sides.right(uid).state is RightState.REVOKED
    sides.turn(1)
    assert [one.state for one in revocations(sides)] == [SendingState.DONE]
    assert sides.rights_there()[0].state is RightState.REVOKED


@pytest.mark.parametrize("end", [by_contract, by_move], ids=lambda one: one.__name__)
def test_what_ended_here_whoever_said_so_is_ended_there(sides, alice, admin, dora, end):
    uid = held(sides, admin)
    with sides.here.transaction() as db:
        db.execute(update(AccessRight).values(declared_on=BEFORE.date()))
        end(db, alice, dora, uid)
    sides.turn(1)
    assert [one.state for one in revocations(sides)] == [SendingState.DONE]
    assert sides.rights_there()[0].state.final


def test_a_right_declared_from_here_is_ended_there_by_its_organisation_whenever_it_was(
    sides, admin
):
    uid = held(sides, admin)
    with sides.here.transaction() as db:
        revoke(db, admin, [uid], now=sides.now)
        db.execute(update(MirrorConnection).values(created_at=sides.now + HOUR))
    sides.turn(1)
    assert [one.state for one in revocations(sides)] == [SendingState.DONE]


def test_a_refused_end_stays_shown_and_the_right_over(braved, hostile, alice, admin):
    with braved.here.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
    uid = braved.declare(admin)
    days = {"date_debut_droit_acces": "2026-09-01", "date_fin_droit_acces": "2028-08-31"}
    line = right_line(etat_droit_acces="Active", **days)
    hostile.says(told(DONE | line, 201))
    braved.turn()
    with braved.here.transaction() as db:
        withdrawn(db, alice, uid)
    no = {"code_statut_traitement": "1000099", "message_retour_traitement": "Non"}
    hostile.says(told(no, 403), lines(line, DONE))
    assert braved.turn(1).refused == 1
    hostile.says(lines(line, DONE))
    braved.hears()
    assert braved.right(uid).state is RightState.REVOKED
    with braved.here.reading() as db:
        assert [one.kind for one in db.scalars(select(MirrorDrift))] == [DriftKind.ENDED_HERE]
        assert granted(db) == []
    assert [one.state for one in revocations(braved)] == [SendingState.REFUSED]


def test_a_proof_that_the_other_side_rejected_is_not_revoked_there(sides, alice, admin, dora):
    uid = held(sides, admin)
    for rejected, count in ((True, 0), (False, 1)):
        with sides.here.transaction() as db:
            state = "rejected" if rejected else None
            db.execute(update(MirrorRight).values(proof_state=state))
            if rejected:
                by_proof(db, alice, dora, uid)
        gather(sides.here, 2, sides.now)
        assert len(revocations(sides)) == count
