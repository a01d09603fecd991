"""A list of rights heard block by block, and what differs at its end."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from core.database import Database
from core.i18n import N_
from data.exchange.mirror.actions import rights_list
from data.exchange.mirror.actions.manual_repair import repair_all
from data.exchange.mirror.actions.pending_answers import keep_heard
from data.exchange.mirror.actions.reconciliation import write_drifts
from data.exchange.mirror.actions.rights_list import Hearing, take_list
from data.exchange.mirror.channels.right_parser import right_in
from data.exchange.mirror.models import (
    MirrorDrift,
    MirrorFault,
    MirrorRight,
    MirrorRound,
    MirrorSending,
)
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.types import (
    DriftKind,
    LineFault,
    RoundCounts,
    SendingState,
    SendingVerb,
    UpstreamDown,
)
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope
from data.rights.models import AccessRight, RightEventRow
from data.rights.types import RightActor, RightDataKind, RightRole, RightState, RightTrigger
from tests.data.exchange.mirror.distributor import right_line
from tests.data.exchange.mirror.sides import (
    BEFORE,
    THEIRS,
    R,
    drifts,
    flipped,
    hear,
    make_fleet,
    make_round,
    number,
    theirs_of,
)
from tests.factories import NOW, make_pce, make_people, make_right

DOWN = UpstreamDown(N_("Le distributeur ne répond pas."))
FAULT = LineFault(3, N_("Cette ligne n’est pas du JSON."), sample="<html>")


@pytest.fixture
def fleet(database: Database):
    """Twelve rights of bob's organisation, as they are listed there."""
    with database.transaction() as db:
        make_people(db)
        return [theirs_of(right) for right in make_fleet(db, 12)]


def links(db):
    query = select(MirrorRight.uid, MirrorRight.right_id).order_by(MirrorRight.uid)
    return {row.uid: row.right_id for row in db.execute(query)}


def broken(lines, error=DOWN):
    """A list that breaks off."""
    yield from lines
    raise error


def test_a_list_of_what_we_have_differs_in_nothing_and_names_nobody(database, fleet):
    assert hear(database, fleet) == RoundCounts(rights=12)
    with database.reading() as db:
        assert drifts(db) == []
        assert None not in links(db).values()
        assert len(set(links(db).values())) == 12
        rows = list(db.scalars(select(MirrorRight)))
        assert {(row.person, row.company, row.email, row.phone) for row in rows} == {("",) * 4}
        assert db.scalars(select(MirrorRound.listed_at)).one() == NOW
    assert hear(database, fleet) == RoundCounts(rights=12)  # heard again, linked already
    with database.reading() as db:
        assert {row.email for row in db.scalars(select(MirrorRight))} == {""}


def test_a_hundred_states_flipped_there_are_a_hundred_differences_and_none_invented(database):
    luck = random.Random(26)
    with database.transaction() as db:
        make_people(db)
        rights = make_fleet(db, 400)
        for right in rights[::3]:
            right.state = luck.choice([R.PENDING, R.OBSOLETE, R.REVOKED])
    there = [theirs_of(right) for right in rights]
    luck.shuffle(there)
    assert hear(database, there).drifts == 0
    chosen = luck.sample(range(400), 100)
    for at in chosen:
        others = [state for state in RightState if state is not there[at].state]
        there[at] = flipped(there[at], luck.choice(others))
    assert hear(database, there).drifts == 100
    with database.reading() as db:
        found = drifts(db)
        assert {one.number for one in found} == {there[at].number for at in chosen}
        assert {one.kind for one in found} == {DriftKind.STATE}


def test_each_kind_is_found_and_what_is_known_stays_as_it_was(database, fleet):
    there = [
        *fleet[:6],
        replace(fleet[6], state=R.PENDING),
        replace(fleet[7], ends_on=date(2030, 1, 1)),
        replace(fleet[8], kinds=frozenset({RightDataKind.PUBLISHED})),
        replace(fleet[9], proof_due=date(2026, 12, 1)),
        replace(THEIRS, number="09999999919999"),
    ]
    assert hear(database, there).drifts == 7
    with database.reading() as db:
        first = drifts(db)
    assert Counter(one.kind for one in first) == {
        DriftKind.STATE: 1,
        DriftKind.DATES: 1,
        DriftKind.PERIMETERS: 1,
        DriftKind.PROOF: 1,
        DriftKind.UNKNOWN_HERE: 1,
        DriftKind.UNKNOWN_THERE: 2,
    }
    there[7] = replace(fleet[7], ends_on=date(2031, 1, 1))  # differs otherwise
    there[8] = fleet[8]  # no more
    later = NOW + timedelta(days=1)
    assert hear(database, there, now=later).drifts == 6
    with database.reading() as db:
        second = drifts(db)
        assert {one.id for one in second} & {one.id for one in first} == {
            one.id for one in first if one.kind not in {DriftKind.DATES, DriftKind.PERIMETERS}
        }
        (dates,) = (one for one in second if one.kind is DriftKind.DATES)
        assert dates.fields == [["date_fin_droit_acces", "2027-12-31", "2031-01-01"]]
        assert dates.found_at == later
        ended = select(func.count()).where(MirrorDrift.ended_at == later)
        assert db.scalar(ended) == 2


def test_a_list_that_breaks_off_says_and_ends_nothing(database, fleet):
    hear(database, [*fleet[:10], replace(fleet[10], state=R.PENDING)])
    with database.reading() as db:
        before = [one.id for one in drifts(db)]
        assert len(before) == 2
    with pytest.raises(UpstreamDown):
        hear(database, broken(fleet[:3]))
    with database.reading() as db:
        assert [one.id for one in drifts(db)] == before
        assert len(links(db)) == 11
        assert list(db.scalars(select(MirrorRound.listed_at).order_by(MirrorRound.id))) == [
            NOW,
            None,
        ]


def test_begun_again_it_forgets_what_is_there_no_more(database, fleet):
    with database.transaction() as db:
        round_id = make_round(db)
    with pytest.raises(UpstreamDown):
        hear(database, broken(fleet), round_id=round_id)
    assert hear(database, fleet[1:], round_id=round_id).drifts == 1
    with database.reading() as db:
        (drift,) = drifts(db)
        assert (drift.kind, drift.number) == (DriftKind.UNKNOWN_THERE, fleet[0].number)
        assert fleet[0].uid not in links(db)


def test_a_line_that_cannot_be_taken_may_be_of_any_right(database, fleet):
    hear(database, fleet[1:])
    there = [FAULT, *fleet[2:], replace(THEIRS, number="09999999919999"), replace(FAULT, line=9)]
    assert hear(database, there) == RoundCounts(rights=11, drifts=2, faults=2)
    with database.reading() as db:
        assert [(one.kind, one.number) for one in drifts(db)] == [
            (DriftKind.UNKNOWN_THERE, fleet[0].number),  # that was known
            (DriftKind.UNKNOWN_HERE, "09999999919999"),
        ]
        assert fleet[1].uid in links(db)
        (fault, _other) = db.scalars(select(MirrorFault).order_by(MirrorFault.line))
        assert (fault.line, fault.sample, fault.organisation_id) == (3, "<html>", 2)
        assert fault.sentence == FAULT.sentence


def test_a_line_that_cannot_be_read_stands_for_the_right_it_names(database, fleet):
    """As it was heard last; what else is not in the list is not there."""
    hear(database, [*fleet[:3], replace(fleet[3], state=R.PENDING)])
    odd = [replace(FAULT, uid=one.uid, number=one.number) for one in (fleet[1], fleet[3])]
    assert hear(database, [fleet[0], *odd]).drifts == 1 + 9
    with database.reading() as db:
        assert set(links(db)) == {fleet[at].uid for at in (0, 1, 3)}
        found = {one.number: one.kind for one in drifts(db)}
        assert found.pop(fleet[3].number) is DriftKind.STATE
        assert set(found.values()) == {DriftKind.UNKNOWN_THERE}
        assert set(found) == {one.number for one in (fleet[2], *fleet[4:])}


@pytest.mark.parametrize("uid", ["never-heard", ""])
def test_a_line_whose_right_is_not_known_stands_for_all_of_its_pce(database, fleet, uid):
    assert hear(database, [*fleet[:4], FAULT]).drifts == 0
    odd = [replace(FAULT, uid=uid, number=fleet[at].number) for at in (3, 5)]
    assert hear(database, [*fleet[:3], *odd]).drifts == 7  # of 4, and of 6 to 11
    with database.reading() as db:
        assert set(links(db)) == {one.uid for one in fleet[:4]}
        numbers = {one.number for one in drifts(db)}
        assert numbers == {one.number for one in (fleet[4], *fleet[6:])}
        told = {one.number for one in db.scalars(select(MirrorFault))}
        assert told == {"", fleet[3].number, fleet[5].number}
    assert hear(database, [*fleet[:3], fleet[4], *odd[:1]]).drifts == 7  # one came, one is said


def test_a_line_that_names_its_right_alone_stands_for_it_once_it_was_heard(database, fleet):
    named = replace(FAULT, uid=fleet[0].uid)
    assert hear(database, [named, *fleet[2:]]).drifts == 0  # it may be of any
    hear(database, fleet)
    assert hear(database, [named, *fleet[2:]]).drifts == 1
    with database.reading() as db:
        assert {one.number for one in drifts(db)} == {fleet[1].number}


def test_a_right_without_end_there_is_one_here_and_opens_its_days(database, bob, admin):
    """A far end is none: repaired, ours has none, and nothing differs."""
    with database.transaction() as db:
        make_people(db)
    endless = right_in(
        1,
        right_line(
            date_fin_droit_acces="9999-12-31",
            perim_donnees_conso_fin="9999-12-31",
        ),
    )
    assert hear(database, [endless]).drifts == 1
    with database.transaction() as db:
        assert repair_all(db, admin, upto=ALL, now=NOW).done == 1
    with database.reading() as db:
        right = db.scalars(select(AccessRight)).one()
        assert (right.ends_on, right.ends_key, right.supply_last) == (None, date.max, None)
        assert get_scope(db, bob, right.number).reads_days
    assert hear(database, [endless]).drifts == 0
    assert hear(database, [replace(endless, ends_on=date(2027, 1, 1))]).drifts == 1


def test_faults_are_all_counted_and_the_first_kept(database, fleet, monkeypatch):
    monkeypatch.setattr(rights_list, "MOST_FAULTS", 3)
    monkeypatch.setattr(rights_list, "_AT_ONCE", 2)
    assert hear(database, [replace(FAULT, line=at) for at in range(5)]).faults == 5
    with database.reading() as db:
        assert list(db.scalars(select(MirrorFault.line).order_by(MirrorFault.line))) == [0, 1, 2]


def test_the_same_right_twice_in_a_list_is_what_it_said_last(database, fleet, monkeypatch):
    monkeypatch.setattr(rights_list, "_AT_ONCE", 5)
    twice = [replace(fleet[3], state=R.PENDING), *fleet, fleet[3]]
    assert hear(database, twice).drifts == 0


@pytest.mark.parametrize(
    ("state", "ended", "found"),
    [
        (SendingState.QUEUED, None, 0),
        (SendingState.SENDING, None, 0),
        (SendingState.DONE, NOW + timedelta(minutes=1), 0),
        (SendingState.DONE, NOW - timedelta(minutes=1), 2),
        (SendingState.REFUSED, NOW - timedelta(minutes=1), 2),
    ],
)
def test_what_waits_to_leave_or_just_left_is_no_difference(database, fleet, state, ended, found):
    """A declaration that is not there yet, a revocation that it does not know of."""
    hear(database, fleet[1:])
    with database.transaction() as db:
        for at in (0, 1):
            mine = AccessRight.number == number(at)
            id_ = db.scalars(select(AccessRight.id).where(mine)).one()
            db.add(
                MirrorSending(
                    organisation_id=2,
                    right_id=id_,
                    verb=SendingVerb.REVOKE if at else SendingVerb.DECLARE,
                    state=state,
                    created_at=BEFORE,
                    next_attempt_at=NOW,
                    ended_at=ended,
                )
            )
        db.execute(
            update(AccessRight).where(AccessRight.number == number(1)).values(state=R.REVOKED)
        )
    assert hear(database, fleet[1:]).drifts == found


def test_what_was_linked_by_its_answer_while_the_list_came_is_kept(database, fleet):
    hear(database, fleet)
    with database.transaction() as db:
        db.execute(update(MirrorRight).values(round_id=None))
        id_ = links(db)[fleet[0].uid]
        db.add(
            MirrorSending(
                organisation_id=2, right_id=id_, verb=SendingVerb.DECLARE, state=SendingState.DONE,
                created_at=NOW, next_attempt_at=NOW, ended_at=NOW + timedelta(seconds=9),
            )
        )  # fmt: skip
    assert hear(database, fleet[2:]).drifts == 1
    with database.reading() as db:
        assert [one.number for one in drifts(db)] == [fleet[1].number]
        assert fleet[0].uid in links(db)


@pytest.mark.parametrize(
    ("sends", "trigger", "minutes", "found"),
    [
        (False, RightTrigger.REVOKED, 1, 0),
        (False, RightTrigger.REVOKED, -1, 1),
        (True, RightTrigger.REVOKED, -1, 0),  # no sending is made of it yet
        (True, RightTrigger.REVOKED, -11, 1),
        (True, RightTrigger.ALIGNED, -1, 1),
    ],
)
def test_what_happened_here_meanwhile_waits_for_the_next_list(
    database, fleet, sends, trigger, minutes, found
):
    hear(database, fleet)
    with database.transaction() as db:
        db.execute(update(Organisation).where(Organisation.id == 2).values(sends_upstream=sends))
        right = db.scalars(select(AccessRight).where(AccessRight.number == number(0))).one()
        right.state = R.REVOKED
        db.add(
            RightEventRow(
                right_id=right.id, at=NOW + timedelta(minutes=minutes), trigger=trigger,
                actor=RightActor.THIRD_PARTY, before=R.ACTIVE, after=R.REVOKED,
            )
        )  # fmt: skip
    assert hear(database, fleet).drifts == found


def test_a_fleet_with_several_rights_on_a_pce_is_known_one_by_one(database):
    """127 renewals among 1,156 rights, once (domain.md §2.4), here 20 among 60."""
    with database.transaction() as db:
        make_people(db)
        now = make_fleet(db, 40)
        old = [
            make_right(
                db, db.get_one(Pce, right.pce_id), 2,
                state=R.OBSOLETE, starts_on=date(2022, 1, 1), ends_on=date(2024, 12, 31),
                created_at=BEFORE - timedelta(days=900),
            )
            for right in now[:20]
        ]  # fmt: skip
        there = [theirs_of(right) for right in (*now, *old)]
        ids = {f"u-{right.uid}": right.id for right in (*now, *old)}
    assert hear(database, there) == RoundCounts(rights=60)
    with database.reading() as db:
        assert links(db) == ids


def test_one_right_under_two_names_is_one(database, fleet):
    """None of its names is a right that would be written here beside the first."""
    twin = replace(fleet[0], uid="another", person="Durand")
    assert hear(database, [*fleet, twin]).drifts == 0
    new = replace(THEIRS, number="09999999919999")
    named = [replace(new, uid=f"name-{at}") for at in range(3)]
    assert (
        hear(database, [*fleet, *named, replace(new, uid="z", role=RightRole.HOLDER_SUPPLY)]).drifts
        == 2
    )
    with database.reading() as db:
        assert {one.their_uid for one in drifts(db)} == {"name-0", "z"}


def test_what_ended_here_and_is_not_there_is_nothing_to_repair(database, fleet):
    with database.transaction() as db:
        db.execute(update(AccessRight).values(state=R.OBSOLETE))
    assert hear(database, []).drifts == 0


def test_rights_of_others_are_not_compared(database, fleet):
    with database.transaction() as db:
        other = make_right(db, make_pce(db, "09999999910050"), 3)
        told = theirs_of(other)
    assert hear(database, [*fleet, told]).drifts == 1  # unknown to bob's
    assert hear(database, [told], organisation_id=3).drifts == 0
    with database.reading() as db:
        assert [one.kind for one in drifts(db)] == [DriftKind.UNKNOWN_HERE]
        assert drifts(db, 3) == []


def test_a_right_of_another_role_on_the_same_pce_is_another(database, fleet):
    holder = replace(fleet[0], uid="holder", role=RightRole.HOLDER_SUPPLY)
    assert hear(database, [*fleet, holder]).drifts == 1


@pytest.mark.parametrize(
    "changed", [{"number": number(7000)}, {"role": RightRole.AUTHORISED_INJECTION}]
)
def test_a_uid_given_again_to_another_right_is_not_ours_any_more(database, fleet, changed):
    """Ours is unknown there, theirs unknown here with who it names, as long as it is so."""
    hear(database, fleet)
    for _list in range(2):
        hear(database, [replace(fleet[0], company="OTHER", **changed), *fleet[1:]])
        with database.reading() as db:
            here, there = sorted(drifts(db), key=lambda one: one.kind)
            assert (here.kind, here.right_uid) == (DriftKind.UNKNOWN_HERE, "")
            assert (here.number, here.their_uid) == (
                changed.get("number", fleet[0].number),
                fleet[0].uid,
            )
            assert (there.kind, there.their_uid) == (DriftKind.UNKNOWN_THERE, "")
            assert there.number == fleet[0].number
            assert links(db)[fleet[0].uid] is None
            assert db.get_one(MirrorRight, (2, fleet[0].uid)).company == "OTHER"
    assert hear(database, fleet).drifts == 0  # and it is known again


def test_a_uid_given_again_to_another_right_of_ours_is_that_one(database, fleet):
    hear(database, fleet[:11])
    assert hear(database, [replace(fleet[11], uid=fleet[0].uid), *fleet[1:11]]).drifts == 1
    with database.reading() as db:
        (gone,) = drifts(db)
        assert (gone.kind, gone.number) == (DriftKind.UNKNOWN_THERE, fleet[0].number)
        right = db.get_one(AccessRight, links(db)[fleet[0].uid])
        assert right.number == fleet[11].number


def test_an_answer_under_a_uid_of_another_right_is_left_to_the_list(database, fleet):
    hear(database, fleet)
    other = replace(fleet[0], number=number(7000), state=R.REFUSED)
    with database.transaction() as db:
        keep_heard(db, 2, [other, flipped(fleet[1], R.REFUSED)])
        states = {row.uid: (row.number, row.state) for row in db.scalars(select(MirrorRight))}
        assert states[fleet[0].uid] == (fleet[0].number, R.ACTIVE)
        assert states[fleet[1].uid] == (fleet[1].number, R.REFUSED)


def test_an_import_that_is_undone_takes_its_rights_away_whatever_was_heard(database, fleet):
    hear(database, fleet)
    with database.transaction() as db:
        right = db.scalars(select(AccessRight).where(AccessRight.number == number(0))).one()
        db.delete(right)
    assert hear(database, fleet).drifts == 1


class Killed(Exception):
    pass


def killed_at(database, work, step) -> bool:
    """Whether *work* was killed at its statement *step*."""
    left = [step]

    def count(*_args):
        left[0] -= 1
        if not left[0]:
            raise Killed

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        work()
    except Killed:
        return True
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    return False


def test_killed_at_any_statement_the_list_is_heard_again_and_ends_the_same(
    database, fleet, monkeypatch
):
    monkeypatch.setattr(rights_list, "_AT_ONCE", 5)
    monkeypatch.setattr(rights_list, "_DRIFTS", 2)
    there = [
        *fleet[:8], flipped(fleet[8], R.REVOKED), replace(THEIRS, number="09999999919999")
    ]  # fmt: skip
    hear(database, fleet[2:])
    with database.transaction() as db:
        round_id = make_round(db)
    hearing = Hearing(2, round_id, NOW)
    killed = 0
    while killed_at(database, lambda: take_list(database, hearing, there), killed + 1):
        killed += 1
        with database.reading() as db:  # some at most, until it is at its end
            numbers = {one.number for one in drifts(db)}
            assert numbers <= {number(at) for at in (0, 1, 8, 9, 10, 11)} | {"09999999919999"}
            assert db.get_one(MirrorRound, round_id).listed_at is None
    assert killed > 10
    with database.reading() as db:
        assert Counter(one.kind for one in drifts(db)) == {
            DriftKind.STATE: 1,
            DriftKind.UNKNOWN_HERE: 1,
            DriftKind.UNKNOWN_THERE: 3,
        }
        assert len(links(db)) == 10


def test_a_fleet_that_is_unknown_is_said_some_in_each_transaction(database, fleet, monkeypatch):
    monkeypatch.setattr(rights_list, "_DRIFTS", 5)
    there = [replace(THEIRS, uid=f"u{at}", number=f"{at:014}") for at in range(20)]
    wrote: list[int] = []
    real = rights_list.say_some

    def say(db, who, some, weighed, now):
        wrote.append(len(some))
        real(db, who, some, weighed, now)
        if len(wrote) == 2:  # what is said of others by then is left as it is
            write_drifts(db, *who, weighed.new[-1:], now)

    monkeypatch.setattr(rights_list, "say_some", say)
    assert hear(database, [*fleet, *there]).drifts == 20
    assert wrote == [5, 5, 5, 5]
    with database.reading() as db:
        assert sorted(one.number for one in drifts(db)) == sorted(one.number for one in there)


def test_a_round_that_is_somebody_else_s_writes_no_more(database, fleet):
    class Lost(Exception):
        pass

    def check(db):
        if db.scalar(select(func.count()).select_from(MirrorRight)):
            raise Lost

    with database.transaction() as db:
        round_id = make_round(db)
    with pytest.raises(Lost):
        take_list(database, Hearing(2, round_id, NOW, check), fleet)
    with database.reading() as db:
        assert len(links(db)) == 12
        assert None in links(db).values()  # never compared
