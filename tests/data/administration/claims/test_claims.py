"""An organisation asks for a delivery point: an index that readings confirm gives it at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.administration.claims import actions, queries
from data.administration.claims.rules import MOST_A_DAY, index_in, match_of, range_of
from data.administration.claims.types import (
    ClaimDoubt,
    ClaimState,
    IndexMatch,
    IndexRange,
    MeterIndex,
)
from data.controls.types import NewPiece, PieceKind
from data.identity.audit.actions import note
from data.identity.audit.queries import READ
from data.metering.consumption.models import Reading
from data.metering.pces.actions import assign_holder
from data.metering.pces.models import Pce
from data.notifications.models import Notice, NoticeEvent
from data.rights.rules.reads import SEEN
from data.rights.types import RightState
from tests.factories import NOW, PCE, make_grant, make_pce, make_people, make_right

OTHER = "09999999910002"
READ_ON = date(2026, 11, 23)
INSIDE = MeterIndex(18_230, READ_ON)


def letter(key="k" * 32):
    return NewPiece("lettre.pdf", PieceKind.PDF, 1200, "ab" * 32, key)


def add_readings(db, pce, last=date(2026, 11, 20)):
    """Give a PCE 10 m³ a day; its meter shows 18 200 m³ at the end of `last`."""
    for back in range(30):
        end_dm3 = 18_200_000 - back * 10_000
        db.add(
            Reading(
                pce_id=pce.id, gas_day=last - timedelta(days=back), energy_wh=110_000,
                volume_dm3=10_000, index_start_dm3=end_dm3 - 10_000, index_end_dm3=end_dm3,
                quality=1, status=1, learnt_at=NOW,
            )
        )  # fmt: skip
    db.flush()


@pytest.fixture
def pce(db, people):
    row = make_pce(db)
    add_readings(db, row)
    return row


def claim(db, viewer, index=INSIDE, number=PCE):
    return actions.claim_by_index(db, viewer, number, index, now=NOW)


@pytest.mark.parametrize(
    ("typed", "volume"), [("18204", 18_204), (" 18 204,7 ", 18_204), ("00012.9", 12)]
)
def test_the_digits_before_the_comma_are_the_index(typed, volume):
    assert index_in(typed) == volume


@pytest.mark.parametrize("typed", ["", ",5", "12a", "-3", "1" * 10, "١٢"])
def test_what_is_no_index_is_refused(typed):
    with pytest.raises(Invalid):
        index_in(typed)


def test_an_index_is_compared_with_the_readings_around_it():
    between, ahead = range_of(100_000, 110_000, 9, 1), range_of(100_000, None, 10_000, 2)
    assert (between, ahead) == (IndexRange(100_000, 110_000), IndexRange(100_000, 130_000))
    for volume, match in ((98, "outside"), (99, "inside"), (131, "inside"), (132, "outside")):
        assert match_of(MeterIndex(volume, READ_ON), ahead, 5) is IndexMatch(match)
    for proves_nothing in (IndexRange(0, 600_000), IndexRange(9_000, 1_000)):
        assert match_of(MeterIndex(5, READ_ON), proves_nothing, None) is IndexMatch.UNKNOWN


@pytest.mark.dialect
def test_an_index_that_readings_confirm_attaches_a_point_nobody_holds(db, pce, charlie):
    assert claim(db, charlie) is ClaimState.ATTACHED
    assert db.get_one(Pce, pce.id, populate_existing=True).holder_id == 3
    with pytest.raises(Conflict, match="déjà à votre organisation"):
        claim(db, charlie)


@pytest.mark.parametrize(
    "change",
    [
        {"holder_id": 1},
        {"holder_name": "Quelqu’un d’autre"},
        {"ended_on": date(2026, 1, 1)},
        {"number": OTHER},
    ],
)
def test_any_other_claim_waits_with_the_same_answer(db, pce, charlie, dora, change):
    for name, value in change.items():
        setattr(pce, name, value)
    db.flush()
    holder = pce.holder_id
    assert claim(db, charlie) is ClaimState.WAITING
    assert db.get_one(Pce, pce.id, populate_existing=True).holder_id == holder
    assert queries.count_waiting_claims(db, dora) == (1, NOW)
    with pytest.raises(Conflict, match="attend déjà"):
        claim(db, charlie)


def test_an_index_far_from_readings_proves_nothing(db, pce, charlie):
    assert claim(db, charlie, MeterIndex(18_000, READ_ON)) is ClaimState.WAITING
    assert queries.match_index(
        db, charlie, PCE, MeterIndex(17_000, date(2026, 10, 1))
    ) is IndexMatch.UNKNOWN  # fmt: skip


def revoke(db, pce, **_people):
    right = make_right(db, pce, 2)
    right.state, right.closed_at = RightState.REVOKED, NOW - timedelta(days=69)


def read(db, pce, bob, **_people):
    note(db, NOW, SEEN, (READ, pce.number), actor=bob.actor)


def release(db, pce, dora, **_people):
    pce.holder_id = 3
    assign_holder(db, dora, [PCE], "", now=NOW)


def refuse(db, pce, charlie, dora, **_people):
    actions.claim_by_letter(db, charlie, pce.number, letter(), now=NOW)
    (asked,) = queries.list_waiting_claims(db, dora, now=NOW)
    actions.refuse(db, dora, asked.row.id, "Ce point n’est pas à vous.", now=NOW)


def dispute(db, pce, alice, **_people):
    actions.claim_by_letter(db, alice, pce.number, letter(), now=NOW)


@pytest.mark.parametrize(
    ("before", "doubt"),
    [
        (lambda db, pce, **_people: make_grant(db, pce, 2), "read"),
        (revoke, "read"),
        (read, "read"),
        (release, "held"),
        (refuse, "refused"),
        (dispute, "disputed"),
    ],
)
def test_an_index_that_may_be_known_from_here_waits_and_staff_reads_why(
    db, pce, alice, bob, charlie, dora, before, doubt
):
    note(db, NOW, SEEN, (READ, PCE), actor=dora.actor)  # staff gains nothing by a claim
    before(db, pce, alice=alice, bob=bob, charlie=charlie, dora=dora)
    db.flush()
    assert claim(db, charlie) is ClaimState.WAITING
    asked = queries.list_waiting_claims(db, dora, now=NOW)[-1]
    assert (asked.match, asked.doubts) == (IndexMatch.INSIDE, (ClaimDoubt(doubt),))


@pytest.mark.dialect
def test_claims_made_at_once_are_counted_one_after_the_other(database, charlie):
    with database.transaction() as db:
        make_people(db)

    def ask(number):
        with suppress(Conflict), database.transaction() as db:
            claim(db, charlie, number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, [f"0999999992{n:04d}" for n in range(8)]))
    with database.reading() as db:
        assert len(queries.list_claims(db, charlie)) == MOST_A_DAY


def test_tries_are_few(db, pce, charlie, bob):
    wrong = MeterIndex(1, READ_ON)
    for _again in range(3):
        assert claim(db, bob, wrong) is ClaimState.WAITING
        (row, *_older) = queries.list_claims(db, bob)
        actions.cancel(db, bob, row.id, now=NOW)
    assert claim(db, charlie) is ClaimState.WAITING  # three on this PCE today: a person looks
    for end in (3, 4):
        claim(db, bob, number=f"0999999991000{end}")
    with pytest.raises(Conflict, match="reprenez demain"):
        claim(db, bob, number="09999999910009")


def test_the_distributor_accepts_refuses_and_says_so(db, pce, charlie, dora):
    pce.holder_id = 1
    actions.claim_by_letter(db, charlie, PCE, letter(), now=NOW)
    actions.claim_by_letter(db, charlie, OTHER, letter("l" * 32), now=NOW)
    taken, unknown = queries.list_waiting_claims(db, dora, now=NOW)
    assert (taken.holder, unknown.holder) == ("Organisation de alice", "")
    for unseen in (0, 2):
        with pytest.raises(Conflict, match="changé de titulaire"):
            actions.accept(db, dora, taken.row.id, taken_from=unseen, now=NOW)
    actions.accept(db, dora, taken.row.id, taken_from=taken.taken_from, now=NOW)
    with pytest.raises(Invalid, match="pourquoi"):
        actions.refuse(db, dora, unknown.row.id, " ", now=NOW)
    actions.refuse(db, dora, unknown.row.id, "La lettre est illisible.", now=NOW)
    assert db.get_one(Pce, pce.id, populate_existing=True).holder_id == 3
    states = {row.number: row.state for row in queries.list_claims(db, charlie)}
    assert states == {PCE: ClaimState.ACCEPTED, OTHER: ClaimState.REFUSED}
    notices = db.query(NoticeEvent.kind, Notice.user_id).join(Notice).all()
    assert sorted((kind.value, user) for kind, user in notices) == [
        ("point_claimed", 4), ("point_claimed", 4), ("point_decided", 3), ("point_decided", 3),
        ("point_left", 1),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        actions.accept(db, dora, unknown.row.id, now=NOW)


def test_claims_are_of_their_organisation_and_decided_by_staff(db, pce, alice, charlie, bob):
    actions.claim_by_letter(db, charlie, PCE, letter(), now=NOW)
    (row,) = queries.list_claims(db, charlie)
    assert queries.get_letter(db, charlie, row.id).name == "lettre.pdf"
    assert queries.list_claims(db, bob) == ()
    for refused in (queries.get_letter, lambda *act: actions.cancel(*act, now=NOW)):
        with pytest.raises(NotFound):
            refused(db, bob, row.id)
    with pytest.raises(Forbidden):
        actions.accept(db, charlie, row.id, now=NOW)
    for narrow in (replace(alice, limited=True), replace(alice, role=Role.CLIENT)):
        with pytest.raises(Forbidden):
            claim(db, narrow)
    assert claim(db, replace(alice, role=Role.CLIENT, one_site=True)) is ClaimState.WAITING
    assert queries.list_proof_keys(db) == {"k" * 32}


@pytest.mark.parametrize("day", [None, date(2026, 11, 25), date(2026, 9, 1)])
def test_a_day_to_come_or_long_past_is_refused(db, pce, charlie, day):
    with pytest.raises(Invalid):
        claim(db, charlie, MeterIndex(1, day))
