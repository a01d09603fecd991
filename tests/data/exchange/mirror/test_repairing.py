"""Differences repaired: ours made as theirs, by one action, and the next list finds none."""

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from data.controls.actions import open_followed
from data.controls.models import Control
from data.controls.queries import count_boxes
from data.controls.types import ControlFolder
from data.exchange.mirror.actions import manual_repair
from data.exchange.mirror.actions.manual_repair import repair, repair_all, repair_unasked
from data.exchange.mirror.models import MirrorConnection, MirrorRight
from data.exchange.mirror.queries.drifts import ALL, find_last_drift_id
from data.exchange.mirror.queries.ending_differences import count_held, find_excessive_ends
from data.exchange.mirror.queries.status import get_standing
from data.exchange.mirror.types import DriftKind, Repaired
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce, PceGrant
from data.notifications.models import Notice as NoticeRow
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight, RightEventRow, RightLetterRow
from data.rights.queries.readers_of_held import count_held as count_readers
from data.rights.types import (
    DeclarationOrigin,
    EndSource,
    ProofState,
    RightActor,
    RightDataKind,
    RightRole,
    RightState,
    RightTrigger,
)
from jobs.controls import close
from tests.data.controls.proofs import asked, row
from tests.data.exchange.mirror.distributor import connect
from tests.data.exchange.mirror.sides import (
    THEIRS,
    R,
    drifts,
    flipped,
    hear,
    make_fleet,
    number,
    theirs_of,
)
from tests.data.exchange.mirror.test_listing import killed_at
from tests.factories import NOW, make_pce, make_people, make_user

FULL = 60


@pytest.fixture
def fleet(database):
    with database.transaction() as db:
        make_people(db)
        return [theirs_of(right) for right in make_fleet(db, 12)]


def right_of(db, one):
    db.expire_all()
    return db.scalars(select(AccessRight).where(AccessRight.number == one.number)).one()


def ids(db, *kinds):
    return [one.id for one in drifts(db) if not kinds or one.kind in kinds]


def granted(db):
    return set(db.scalars(select(PceGrant.pce_id).where(PceGrant.organisation_id == 2)))


def spoilt(luck, there):
    """The other side after a while: each right otherwise, a few gone, a few new."""
    for at, one in enumerate(there):
        what = luck.randrange(8)
        if what == 0:
            yield flipped(one, luck.choice(list(RightState)))
        elif what == 1:
            yield replace(one, ends_on=date(2029, 1, luck.randint(1, 28)), starts_on=None)
        elif what == 2:
            yield replace(
                one, kinds=frozenset(luck.sample(list(RightDataKind), 2)), supply_first=None
            )
        elif what == 3:
            yield replace(one, proof_state=luck.choice(list(ProofState)), proof_due=NOW.date())
        elif what == 4:
            yield replace(one, uid=f"more-{at}", number=number(5000 + at), role=luck.choice(
                list(RightRole)), state=luck.choice(list(RightState)))  # fmt: skip
        elif what != 5:
            yield one


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.sampled
def test_whatever_differs_once_repaired_the_next_list_finds_nothing(database, admin, seed):
    luck = random.Random(seed)
    with database.transaction() as db:
        make_people(db)
        there = [theirs_of(right) for right in make_fleet(db, FULL)]
    hear(database, there)
    for _turn in range(2):
        there = list(spoilt(luck, there))
        found = hear(database, there).drifts
        assert found > 10
        with database.transaction() as db:
            assert replace(repair_all(db, admin, upto=ALL, now=NOW), proofs=0) == Repaired(found)
            assert drifts(db) == []
        assert hear(database, there).drifts == 0
    with database.reading() as db:
        mirrored = db.scalar(select(func.count()).where(MirrorRight.right_id.is_not(None)))
        assert mirrored == len({one.uid for one in there})
        active = select(AccessRight.pce_id).where(AccessRight.state == R.ACTIVE)
        assert granted(db) <= set(db.scalars(active))
        assert db.scalar(select(func.count()).select_from(RightLetterRow)) == 0


def test_a_hundred_flipped_states_are_repaired_at_once(database, admin):
    luck = random.Random(7)
    with database.transaction() as db:
        make_people(db)
        there = [theirs_of(right) for right in make_fleet(db, 150)]
    hear(database, there)
    for at in luck.sample(range(150), 100):
        others = [state for state in RightState if state is not there[at].state]
        there[at] = flipped(there[at], luck.choice(others))
    assert hear(database, there).drifts == 100
    with database.transaction() as db:
        assert repair(db, admin, ids(db), now=NOW) == Repaired(100)
    assert hear(database, there).drifts == 0
    with database.reading() as db:
        states = {one.number: one.state for one in there}
        assert {r.number: r.state for r in db.scalars(select(AccessRight))} == states
        told = select(func.count()).where(RightEventRow.trigger == RightTrigger.ALIGNED)
        assert db.scalar(told) == 100


def test_a_right_that_is_back_there_is_read_here_again(database, admin, fleet):
    ended = [flipped(fleet[0], R.REVOKED), *fleet[1:]]
    for told, read in ((ended, False), (fleet, True)):
        hear(database, told)
        with database.transaction() as db:
            assert repair_all(db, admin, upto=ALL, now=NOW).done == 1
            right = right_of(db, fleet[0])
            assert (right.pce_id in granted(db)) is read
    with database.reading() as db:
        event = db.scalars(select(RightEventRow).order_by(RightEventRow.id.desc())).first()
        assert (event.actor, event.user_id) == (RightActor.DISTRIBUTOR, 2)
        assert (event.before, event.after) == (R.REVOKED, R.ACTIVE)


def test_a_right_unknown_here_comes_with_its_pce_and_leaves_no_holder_behind(
    database, admin, fleet
):
    new = replace(THEIRS, number="09999999919999", postal_code="01999", company="Ida SARL")
    hear(database, [*fleet, new])
    with database.transaction() as db:
        heard = db.scalars(select(MirrorRight).where(MirrorRight.uid == new.uid)).one()
        assert (heard.company, heard.email) == ("Ida SARL", new.email)
        assert repair(db, admin, ids(db), now=NOW) == Repaired(1)
    with database.reading() as db:
        right = right_of(db, new)
        assert (right.company, right.email, right.origin) == (
            "Ida SARL",
            new.email,
            DeclarationOrigin.MIRROR,
        )
        pce = db.get(Pce, right.pce_id)
        assert (pce.number, pce.postal_code, pce.holder_id) == (new.number, "01999", None)
        assert right.pce_id in granted(db)
        heard = db.scalars(select(MirrorRight).where(MirrorRight.uid == new.uid)).one()
        assert (heard.right_id, heard.company, heard.email) == (right.id, "", "")


@pytest.mark.parametrize("state", ProofState)
def test_a_proof_that_is_waited_for_there_is_counted(database, admin, fleet, state):
    hear(database, [replace(fleet[0], proof_state=state, proof_due=NOW.date()), *fleet[1:]])
    awaited = int(state is ProofState.AWAITED)
    with database.transaction() as db:
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(1, proofs=awaited)
        assert right_of(db, fleet[0]).proof_state is state
        assert db.scalar(select(func.count()).select_from(Control)) == 0
    later = replace(fleet[0], proof_state=state, proof_due=date(2027, 1, 1))
    hear(database, [later, *fleet[1:]])
    with database.transaction() as db:
        assert repair_all(db, admin, upto=ALL, now=NOW).proofs == 1  # until another day


def test_a_right_unknown_there_ends_here(database, admin, fleet):
    hear(database, fleet)
    hear(database, fleet[1:])
    with database.transaction() as db:
        assert repair(db, admin, ids(db), now=NOW) == Repaired(1)
        right = right_of(db, fleet[0])
        assert (right.state, right.source) == (R.OBSOLETE, EndSource.ABSENCE)


def by_hand(db, admin):
    return repair(db, admin, ids(db), now=NOW)


def all_of_them(db, admin):
    return repair_all(db, admin, upto=ALL, now=NOW)


def unasked(db, admin):
    del admin
    connect(db, "usr-4471", repairs=True)
    return repair_unasked(db, 2, now=NOW)


@pytest.mark.parametrize("act", [by_hand, all_of_them, unasked])
def test_a_repair_that_ends_a_right_closes_its_control_and_no_other(
    database, admin, dora, fleet, act
):
    with database.transaction() as db:
        controls = asked(db, dora, [right_of(db, one).uid for one in fleet[:2]])
        right_of(db, fleet[0]).proof_state = ProofState.AWAITED
    told = [flipped(fleet[0], R.OBSOLETE), replace(fleet[1], proof_state=ProofState.AWAITED)]
    hear(database, [*told, *fleet[2:]])
    with database.transaction() as db:
        assert act(db, admin).done
    with database.reading() as db:
        assert row(db, admin, controls[0]).closed_at == NOW
        assert row(db, admin, controls[0]).urgency is None
        assert right_of(db, fleet[0]).proof_state is None
        assert row(db, admin, controls[1]).closed_at is None
        assert count_boxes(db, admin)[ControlFolder.OPEN] == 1
    assert hear(database, [*told, *fleet[2:]]).drifts == 0
    assert close(database, NOW) == 0


@pytest.mark.parametrize("said", [ProofState.ACCEPTED, ProofState.REJECTED])
def test_what_the_distributor_decided_of_a_proof_is_not_lost_with_its_right(
    database, admin, dora, fleet, said
):
    with database.transaction() as db:
        (control,) = asked(db, dora, [right_of(db, fleet[0]).uid])
    over = replace(flipped(fleet[0], R.OBSOLETE), proof_state=said)
    hear(database, [over, *fleet[1:]])
    with database.transaction() as db:
        by_hand(db, admin)
        shown = row(db, admin, control)
        assert (shown.state, shown.closed_at, shown.decided_at) == (said, None, NOW)
        assert right_of(db, fleet[0]).proof_state is said
    assert hear(database, [over, *fleet[1:]]).drifts == 0


def test_the_control_of_a_right_that_the_distributor_does_not_know_closes(
    database, admin, dora, fleet
):
    with database.transaction() as db:
        (control,) = asked(db, dora, [right_of(db, fleet[0]).uid])
    hear(database, fleet[1:])
    with database.transaction() as db:
        by_hand(db, admin)
        assert row(db, admin, control).closed_at == NOW


def test_one_that_changed_meanwhile_is_said_anew_and_not_repaired(database, admin, fleet):
    hear(database, [replace(fleet[0], state=R.PENDING), flipped(fleet[1], R.REVOKED), *fleet[2:]])
    with database.transaction() as db:
        first, second = ids(db)
        db.execute(
            update(AccessRight)
            .where(AccessRight.number == fleet[0].number)
            .values(ends_on=date(2030, 1, 1))
        )
        assert repair(db, admin, [first, second], now=NOW) == Repaired(1, (fleet[0].number,))
        assert right_of(db, fleet[0]).state is R.ACTIVE
        (again,) = drifts(db)
        assert again.id not in {first, second}
        assert ["date_fin_droit_acces", "2030-01-01", "2027-12-31"] in again.fields
        assert repair(db, admin, [again.id], now=NOW) == Repaired(1)
        assert right_of(db, fleet[0]).ends_on == date(2027, 12, 31)


def test_one_that_is_no_more_is_not_repaired(database, admin, fleet):
    hear(database, [replace(fleet[0], state=R.PENDING), *fleet[2:]])
    with database.transaction() as db:
        changed = {fleet[0].number: R.PENDING, fleet[1].number: R.REVOKED}
        for told, state in changed.items():
            mine = AccessRight.number == told
            db.execute(update(AccessRight).where(mine).values(state=state))
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(0)
        assert drifts(db) == []


def test_a_right_that_was_declared_here_meanwhile_is_not_written_twice(database, admin, fleet):
    new = replace(fleet[0], uid="other")
    with database.transaction() as db:
        db.execute(update(AccessRight).values(organisation_id=3))
    hear(database, [new])
    with database.transaction() as db:
        mine = AccessRight.number == new.number
        db.execute(update(AccessRight).where(mine).values(organisation_id=2, ends_on=None))
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(0, (new.number,))
        assert [one.kind for one in drifts(db)] == [DriftKind.DATES]
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(1)
        rights = select(func.count()).where(AccessRight.organisation_id == 2)
        assert db.scalar(rights) == 1


def test_a_right_found_there_meanwhile_is_not_ended(database, admin, fleet):
    hear(database, fleet[1:])
    with database.transaction() as db:
        (one,) = drifts(db)
        linked = right_of(db, fleet[0])
        heard = db.scalars(select(MirrorRight).where(MirrorRight.uid == fleet[1].uid)).one()
        heard.right_id = linked.id
        db.flush()
        assert repair(db, admin, [one.id], now=NOW) == Repaired(0)
        assert right_of(db, fleet[0]).state is R.ACTIVE


def test_so_many_at_once(database, admin, fleet, monkeypatch):
    monkeypatch.setattr(manual_repair, "MOST", 5)
    hear(database, [])
    with database.transaction() as db:
        with pytest.raises(Invalid):
            repair(db, admin, ids(db), now=NOW)
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(5, has_more=True)
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(5, has_more=True)
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(2)


def test_a_list_adopted_unasked_tells_each_holder_known_here_once(
    database, alice, fleet, monkeypatch
):
    monkeypatch.setattr(manual_repair, "MOST", 5)
    hear(database, fleet)
    new = [replace(THEIRS, uid=f"new-{at}", number=number(7000 + at)) for at in range(12)]
    with database.transaction() as db:
        connect(db, "usr-4471", repairs=True)
        for one in new[:11]:
            make_pce(db, one.number, holder_id=1)
    hear(database, [*fleet, *new])
    for left in (True, True, False):
        with database.transaction() as db:
            assert repair_unasked(db, 2, now=NOW).has_more is left
    with database.reading() as db:
        (mail,) = db.scalars(
            select(Notification).where(Notification.kind == NotificationKind.RIGHTS_FOUND)
        )
        assert (mail.user_id, len(mail.params["pces"])) == (alice.user_id, 11)
        assert count_readers(db, alice).active == 11  # as « Qui lit vos données » shows them


def test_who_wants_it_is_not_asked_but_of_what_is_not_there(database, fleet):
    hear(database, [*(replace(one, state=R.PENDING) for one in fleet[:6]), *fleet[8:]])
    with database.transaction() as db:
        assert repair_unasked(db, 2, now=NOW) == Repaired(0)  # no connection
        connect(db, "usr-4471", repairs=False)
        assert repair_unasked(db, 2, now=NOW) == Repaired(0)
        db.execute(update(MirrorConnection).values(repairs=True))
        assert repair_unasked(db, 2, now=NOW) == Repaired(6)
        last = db.scalars(select(RightEventRow).order_by(RightEventRow.id.desc())).first()
        assert (last.user_id, last.actor) == (None, RightActor.DISTRIBUTOR)
        assert [one.kind for one in drifts(db)] == [DriftKind.UNKNOWN_THERE] * 2


@pytest.mark.parametrize("role", [RightRole.AUTHORISED_SUPPLY, RightRole.AUTHORISED_INJECTION])
def test_nothing_is_ended_by_a_right_of_another_pce_or_role_under_its_uid(database, fleet, role):
    hear(database, fleet)
    with database.transaction() as db:
        connect(db, "usr-4471", repairs=True)
    at = fleet[0].number if role is not fleet[0].role else number(7000)
    hear(database, [flipped(replace(fleet[0], number=at, role=role), R.OBSOLETE), *fleet[1:]])
    with database.transaction() as db:
        repair_unasked(db, 2, now=NOW)
        query = select(AccessRight.state).where(AccessRight.number == fleet[0].number)
        assert db.scalar(query.where(AccessRight.role == fleet[0].role)) is R.ACTIVE
        (left,) = drifts(db)
        assert (left.kind, left.number) == (DriftKind.UNKNOWN_THERE, fleet[0].number)


def told_held(db):
    query = select(NoticeEvent).where(NoticeEvent.kind == NotificationKind.MIRROR_HELD)
    return list(db.scalars(query.order_by(NoticeEvent.id)))


@pytest.mark.parametrize(
    ("rights", "over", "held"), [(12, 11, 11), (12, 10, 0), (23, 12, 12), (22, 11, 0), (24, 12, 0)]
)
def test_a_list_that_ends_most_rights_at_once_waits_for_somebody(
    database, admin, rights, over, held
):
    """The rest is repaired, the administrators are told once, and whoever says so ends them."""
    with database.transaction() as db:
        make_people(db)
        user = make_user(db, organisation_id=2, email="a@bob.example", role=Role.ADMINISTRATOR).id
        fleet = [theirs_of(right) for right in make_fleet(db, rights)]
        connect(db, "usr-4471", repairs=True)
    hear(database, fleet)
    there = [flipped(one, R.OBSOLETE) for one in fleet[:over]]
    new = replace(THEIRS, number=number(7000))
    for night in range(2):
        at = NOW + timedelta(days=night)
        hear(database, [*there, *fleet[over:], new], now=at)
        with database.transaction() as db:
            done = 0 if night else 1 + over - held
            assert repair_unasked(db, 2, now=at) == Repaired(done)
            assert len(ids(db, DriftKind.STATE)) == held
    with database.transaction() as db:
        told = [(one.params["count"], one.organisation_id) for one in told_held(db)]
        assert told == ([(held, 2)] if held else [])
        assert list(db.scalars(select(NoticeRow.user_id))) == [user] * len(told)
        standing = get_standing(db, admin, 0, NOW)
        assert standing.on_hold_count == held
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(held)
        query = select(func.count()).where(AccessRight.state == R.OBSOLETE)
        assert db.scalar(query) == over
        assert find_excessive_ends(db, 2) is None


def test_what_a_list_brings_is_no_reason_to_end_what_it_ends(database, fleet, monkeypatch):
    monkeypatch.setattr(manual_repair, "MOST", 5)
    hear(database, fleet)
    with database.transaction() as db:
        connect(db, "usr-4471", repairs=True)
    new = [replace(THEIRS, uid=f"new-{at}", number=number(7000 + at)) for at in range(40)]
    hear(database, [*(flipped(one, R.OBSOLETE) for one in fleet), *new])
    for _some in range(9):
        with database.transaction() as db:
            repair_unasked(db, 2, now=NOW)
    with database.reading() as db:
        assert [one.kind for one in drifts(db)] == [DriftKind.STATE] * 12
        assert len(granted(db)) == 40  # those that are new; of the others none ended


def test_ends_that_another_list_adds_are_told_again(database):
    with database.transaction() as db:
        make_people(db)
        make_user(db, organisation_id=2, email="admin@bob.example", role=Role.ADMINISTRATOR)
        fleet = [theirs_of(right) for right in make_fleet(db, 20)]
        connect(db, "usr-4471", repairs=True)
    hear(database, fleet)
    for over in (12, 15, 15, 4):
        nightly(database, fleet, over)
    with database.reading() as db:
        assert [one.params["count"] for one in told_held(db)] == [12, 15]
        assert (count_held(db, 2), ended(db)) == (4, 0)  # of a list that is right again, the few


def nightly(database, fleet, over):
    """A list that ends so many of *fleet*, and what is repaired unasked."""
    hear(database, [*(flipped(one, R.REVOKED) for one in fleet[:over]), *fleet[over:]])
    with database.transaction() as db:
        return repair_unasked(db, 2, now=NOW).done


def ended(db):
    return db.scalar(select(func.count()).where(AccessRight.state == R.REVOKED))


def test_what_is_left_of_too_many_ends_waits_whatever_somebody_repairs_of_them(database, admin):
    with database.transaction() as db:
        make_people(db)
        fleet = [theirs_of(right) for right in make_fleet(db, 20)]
        connect(db, "usr-4471", repairs=True)
    hear(database, fleet)
    assert nightly(database, fleet, 12) == 0
    with database.transaction() as db:
        assert repair(db, admin, ids(db)[:7], now=NOW) == Repaired(7)
        assert find_excessive_ends(db, 2) is None  # they are too few by themselves
    assert nightly(database, fleet, 12) == 0
    assert nightly(database, fleet, 14) == 2  # two that no such list ended
    fleet[8] = replace(fleet[8], ends_on=date(2029, 1, 1))  # said otherwise, and over still
    assert nightly(database, fleet, 14) == 0
    with database.reading() as db:
        assert (get_standing(db, admin, 0, NOW).on_hold_count, ended(db)) == (5, 9)
    back = [*fleet[:7], *fleet[12:14], *fleet[7:12], *fleet[14:]]
    assert nightly(database, back, 11) == 0  # the list has three of them again
    with database.reading() as db:
        assert count_held(db, 2) == 2
    assert nightly(database, back, 12) == 1  # one of which it ends by itself later
    with database.transaction() as db:
        assert repair_all(db, admin, upto=ALL, now=NOW) == Repaired(2)
        assert (count_held(db, 2), ended(db)) == (0, 12)


def test_what_a_list_said_after_the_one_that_was_read_is_not_repaired_with_it(
    database, admin, fleet
):
    hear(database, fleet)
    hear(database, [*(flipped(one, R.REVOKED) for one in fleet[:2]), *fleet[2:]])
    with database.reading() as db:
        upto = find_last_drift_id(db, admin)
    again = replace(flipped(fleet[1], R.REVOKED), ends_on=date(2029, 1, 1))
    hear(database, [flipped(fleet[0], R.REVOKED), again, flipped(fleet[2], R.REVOKED), *fleet[3:]])
    with database.transaction() as db:
        assert repair_all(db, admin, upto=upto, now=NOW) == Repaired(1)
        assert ended(db) == 1  # one that is said otherwise since is to be read again, too
        assert [one.number for one in drifts(db)] == [fleet[1].number, fleet[2].number]
        assert repair_all(db, admin, upto=find_last_drift_id(db, admin), now=NOW) == Repaired(2)
        assert find_last_drift_id(db, admin) == 0


def test_only_one_s_own_are_repaired_and_by_who_may(database, alice, admin, charlie, fleet):
    hear(database, fleet[1:])
    tags = replace(admin, limited=True)
    with database.transaction() as db:
        (one,) = ids(db)
        for somebody in (alice, charlie):
            other = replace(somebody, role=Role.ADMINISTRATOR)
            with pytest.raises(NotFound):
                repair(db, other, [one], now=NOW)
            assert repair_all(db, other, upto=ALL, now=NOW) == Repaired(0)
        for less in (
            replace(admin, role=Role.CLIENT),
            replace(admin, role=Role.FACILITY_MANAGER),
            tags,
        ):
            with pytest.raises(Forbidden):
                repair(db, less, [one], now=NOW)
            with pytest.raises(Forbidden):
                repair_all(db, less, upto=ALL, now=NOW)
        with pytest.raises(NotFound):
            repair(db, admin, [one, one + 1], now=NOW)
        with pytest.raises(Invalid):
            repair(db, admin, [], now=NOW)
        assert right_of(db, fleet[0]).state is R.ACTIVE


def test_killed_at_any_statement_a_repair_did_nothing_and_ends_the_same(database, admin, fleet):
    there = [
        flipped(fleet[1], R.REVOKED),
        *fleet[2:],
        replace(THEIRS, number="09999999919999"),
    ]
    hear(database, there)

    def work():
        with database.transaction() as db:
            repair_all(db, admin, upto=ALL, now=NOW)

    with database.reading() as db:
        before = ids(db)
        assert len(before) == 3
    killed = 0
    while killed_at(database, work, killed + 1):
        killed += 1
        with database.reading() as db:
            assert ids(db) == before
            assert db.scalar(select(func.count()).select_from(AccessRight)) == 12
            assert db.scalar(select(func.count()).select_from(PceGrant)) == 0
    assert killed > 15
    assert hear(database, there).drifts == 0


def told_by(database, there, kept, admin):
    """How many statements all of what differs takes; half of it is found, or ends with a proof."""
    with database.transaction() as db:
        waits = {one.id: (ProofState.UNDER_CHECK, None) for one in kept}
        open_followed(db, waits, now=NOW)
    proofs = itertools.cycle([None, ProofState.ACCEPTED, ProofState.REJECTED])
    over = [replace(flipped(one, R.OBSOLETE), proof_state=next(proofs)) for one in there]
    new = [replace(one, uid=f"new-{one.uid}", number=f"1{one.number[1:]}") for one in there]
    found = hear(database, [*over, *new]).drifts
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *one: said.append(one[2]))
    with database.transaction() as db:
        assert repair_all(db, admin, upto=ALL, now=NOW).done == found == 2 * len(there)
    return len(said)


def test_many_are_repaired_by_as_few_statements_as_some(database, admin):
    """What is asked or written row by row holds the connection, and whoever presses, for long."""
    with database.transaction() as db:
        make_people(db)
        rights = make_fleet(db, 90, relayed=True)
        there = [theirs_of(right) for right in rights]
    hear(database, there)
    said = told_by(database, there, rights, admin)
    with database.reading() as db:
        assert db.scalar(select(func.count()).where(Control.closed_at.is_(None))) == 60  # decided
        noted = select(func.count()).where(AuditEvent.action == "rights.aligned")
        assert db.scalar(noted) == 180
        assert db.scalar(select(func.count()).where(AuditEvent.action == "pces.created")) == 90
    assert said < 100
