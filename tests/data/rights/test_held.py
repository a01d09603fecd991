"""The holder signed in: sees who reads what it holds, and nothing of others; answers, withdraws."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.access import OrganisationKind, Permission, Role, permissions_of
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import set_language
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.notifications.messages.rights import blanks_of
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.actions import answer_as_holder, note_read
from data.rights.queries import (
    count_asked,
    count_held,
    get_held_view,
    has_held_pce,
    list_chosen_held,
    list_held,
    list_reads_of_ours,
    list_right_events,
)
from data.rights.types import HeldCounts, LetterKind, RightRole, RightState, RightTrigger
from tests.data.rights.conftest import EVIDENCE, accepted, asking, grants, letters, right_of
from tests.data.rights.declarations import GOOD, asked
from tests.factories import NOW, PCE, make_pce, make_right

OTHER, THIRD = "09999999910002", "09999999910003"


@pytest.fixture
def other(db, pce):
    return make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS", alias="Gymnase Nord")


@pytest.fixture
def theirs(db, pce):
    """A PCE of charlie's, that bob may read: none of alice's business."""
    row = make_pce(db, THIRD, holder_id=3, alias="Usine")
    return make_right(db, row, 2)


def said(db, viewer, answer, *uids):
    return answer_as_holder(db, viewer, answer, uids, evidence=EVIDENCE, now=NOW)


def numbers(db, viewer, text=""):
    return [one.right.number for one in list_held(db, viewer, text)]


def test_a_holder_sees_who_asks_and_who_reads_and_strangers_see_nothing(
    db, other, theirs, alice, bob, charlie, dora
):
    accepted(db, bob)
    asking(db, bob, asked(id_pce=OTHER))
    waits, reads = list_held(db, alice)
    assert (waits.right.number, waits.right.state) == (OTHER, RightState.PENDING)
    assert (waits.answerable, waits.withdrawable) == (True, False)
    assert (reads.right.number, reads.right.third_party) == (PCE, "Organisation de bob")
    assert (reads.answerable, reads.withdrawable) == (False, True)
    assert reads.alias == "Lycée des Tilleuls"
    assert count_held(db, alice) == HeldCounts(waiting=1, active=1)
    assert count_asked(db, alice) == 1
    assert numbers(db, charlie) == [THIRD]
    for nobody in (bob, dora):  # the staff no more than anybody: its own PCE only
        assert numbers(db, nobody) == []
        assert count_held(db, nobody).all == count_asked(db, nobody) == 0
        assert not has_held_pce(db, nobody)
    assert has_held_pce(db, alice)


def test_ones_own_right_is_not_somebody_elses(db, pce, alice):
    make_right(db, pce, 1, role=RightRole.HOLDER_SUPPLY)
    assert numbers(db, alice) == []


def test_what_an_earlier_holder_allowed_is_not_this_ones(db, pce, alice, bob):
    make_right(db, pce, 2, state=RightState.REVOKED, declared_on=date(2025, 3, 1), closed_at=NOW)
    assert numbers(db, alice) == [PCE]
    note_read(db, bob, [PCE], "consumption.read", now=NOW - timedelta(days=400))
    note_read(db, bob, [PCE], "consumption.exported", now=NOW)
    db.execute(update(Pce).values(holder_since=date(2026, 1, 1)))
    assert numbers(db, alice) == []
    (read,) = list_reads_of_ours(db, alice)
    assert read.action == "consumption.exported"
    make_right(db, pce, 2, declared_on=date(2025, 3, 1))  # open still: who reads is said
    assert numbers(db, alice) == [PCE]


def test_the_log_says_who_read_what_of_ones_own_only(db, other, theirs, alice, bob, charlie, dora):
    accepted(db, bob)
    for viewer, number in ((bob, PCE), (bob, THIRD), (dora, OTHER), (alice, PCE)):
        note_read(db, viewer, [number], "consumption.read", now=NOW)
    assert [(one.organisation, one.number) for one in list_reads_of_ours(db, alice)] == [
        ("Organisation de dora", OTHER),
        ("Organisation de bob", PCE),
    ]
    assert [one.number for one in list_reads_of_ours(db, charlie)] == [THIRD]
    assert list_reads_of_ours(db, bob) == ()
    (right,) = list_held(db, alice)
    assert right.read_at == NOW
    assert [one.number for one in list_reads_of_ours(db, alice, "gymnase")] == [OTHER]
    assert [one.number for one in list_reads_of_ours(db, alice, "de bob")] == [PCE]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [OTHER, PCE]),
        ("GYMNASE", [OTHER]),
        ("0999 9999 910 002", [OTHER]),
        ("organisation DE BOB", [OTHER, PCE]),
        ("100%", []),
        ("_", []),
        ("alice@tilleuls.example", []),
    ],
)
def test_they_are_searched_by_what_the_holder_knows(db, other, alice, bob, text, found):
    accepted(db, bob)
    asking(db, bob, asked(id_pce=OTHER))
    assert numbers(db, alice, text) == found
    assert get_held_view(db, alice, text, 99).page == 1


def test_many_are_shown_by_pages(db, people, alice):
    for rank in range(60):
        make_right(db, make_pce(db, f"099999990{rank:05}", holder_id=1), 2)
    first, second = get_held_view(db, alice, "", 1), get_held_view(db, alice, "", 2)
    assert (len(first.rights), len(second.rights), first.match_count) == (50, 10, 60)
    assert get_held_view(db, alice, "", 9) == second
    assert len(list_chosen_held(db, alice, RightState.ACTIVE, asker=2)) == 60


def test_a_holder_accepts_refuses_and_withdraws_with_a_receipt(db, other, alice, bob):
    one, two = asking(db, bob).uid, asking(db, bob, asked(id_pce=OTHER)).uid
    (changed,) = said(db, alice, RightTrigger.ACCEPTED, one)
    assert changed.state is RightState.ACTIVE
    assert len(grants(db)) == 1
    said(db, alice, RightTrigger.REFUSED, two)
    said(db, alice, RightTrigger.WITHDRAWN, one)
    assert grants(db) == []
    assert right_of(db, two).state is RightState.REFUSED
    assert right_of(db, one).state is RightState.REVOKED
    told = select(Notification).where(Notification.kind == NotificationKind.RIGHTS_ANSWERED)
    mails = db.scalars(told.order_by(Notification.id)).all()
    assert [(mail.user_id, mail.params["pces"]) for mail in mails] == [
        (1, [PCE]),
        (1, [OTHER]),
        (1, [PCE]),
    ]
    set_language("fr")
    words = [blanks_of(mail.params)["moved"] for mail in mails]
    assert (
        words[0] == "Vous avez accepté que Organisation de bob lise les données de ces PCE\u00a0:"
    )
    told = db.scalars(
        select(Notification).where(Notification.kind == NotificationKind.RIGHTS_MOVED)
    ).all()
    assert len(told) == 3
    assert {mail.user_id for mail in told} == {2}
    assert LetterKind.RECEIPT not in {kind for kind, _e, _s in letters(db)}  # the same mailbox
    event = list_right_events(db, bob, one)[-1]
    assert (event.evidence, event.signed_in, event.who) == (EVIDENCE, True, "")
    assert asking(db, bob).problems[0].check == 20


def test_who_agreed_by_a_letter_is_told_what_an_account_withdrew(db, pce, alice, bob):
    uid = accepted(db, bob)
    db.execute(update(User).where(User.id == 1).values(email="mairie@tilleuls.example"))
    said(db, alice, RightTrigger.WITHDRAWN, uid)
    assert letters(db)[-1][:2] == (LetterKind.RECEIPT, GOOD.courriel_titulaire)


def test_a_withdrawal_closes_what_else_the_same_asks_there(db, other, alice, bob, charlie):
    uid = accepted(db, bob)
    again = make_right(db, db.get(Pce, right_of(db, uid).pce_id), 2, state=RightState.PENDING)
    elsewhere = asking(db, bob, asked(id_pce=OTHER)).uid
    assert len(said(db, alice, RightTrigger.WITHDRAWN, uid)) == 2
    assert right_of(db, again.uid).state is RightState.REFUSED
    assert right_of(db, elsewhere).state is RightState.PENDING


@pytest.mark.parametrize(
    "answer", [RightTrigger.ACCEPTED, RightTrigger.REFUSED, RightTrigger.WITHDRAWN]
)
def test_nobody_answers_for_others(db, pce, theirs, alice, bob, charlie, dora, answer):
    uid = accepted(db, bob)
    reader = replace(alice, role=Role.CLIENT)
    manager = replace(alice, role=Role.ACCOUNT_MANAGER)
    for viewer in (bob, charlie, replace(dora, role=Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            said(db, viewer, answer, uid)
    for viewer in (reader, manager, dora):
        with pytest.raises(Forbidden):
            said(db, viewer, answer, uid)
    with pytest.raises(NotFound):
        said(db, alice, answer, uid, theirs.uid)
    with pytest.raises(Invalid):
        said(db, alice, answer)
    assert right_of(db, uid).state is RightState.ACTIVE


def test_who_left_answers_no_more(db, pce, alice, bob):
    uid = asking(db, bob).uid
    db.execute(update(Pce).values(holder_id=3))
    with pytest.raises(NotFound):
        said(db, alice, RightTrigger.ACCEPTED, uid)


def test_a_right_of_before_ones_arrival_cannot_be_answered(db, pce, alice, bob):
    uid = asking(db, bob).uid
    db.execute(update(Pce).values(holder_since=date(2026, 11, 25)))
    with pytest.raises(Conflict):
        said(db, alice, RightTrigger.ACCEPTED, uid)


@pytest.mark.parametrize("state", [RightState.RECHECK, RightState.REFUSED, RightState.OBSOLETE])
def test_what_does_not_wait_is_not_answered(db, pce, alice, state):
    right = make_right(db, pce, 2, state=state)
    for answer in (RightTrigger.ACCEPTED, RightTrigger.REFUSED, RightTrigger.WITHDRAWN):
        with pytest.raises(Conflict):
            said(db, alice, answer, right.uid)
    assert not list_chosen_held(db, alice, RightState.PENDING, uid=right.uid)


def test_another_holder_that_the_distributor_took_is_its_affair(db, pce, alice):
    right = make_right(db, pce, 2, role=RightRole.HOLDER_SUPPLY)
    (one,) = list_held(db, alice)
    assert not one.withdrawable
    with pytest.raises(Conflict):
        said(db, alice, RightTrigger.WITHDRAWN, right.uid)
    assert not list_chosen_held(db, alice, RightState.ACTIVE, uid=right.uid)


def test_one_answer_is_about_one_right_or_all_of_one_asker(db, other, theirs, alice, bob):
    uid = asking(db, bob).uid
    asking(db, bob, asked(id_pce=OTHER))
    assert [one.right.uid for one in list_chosen_held(db, alice, RightState.PENDING, uid=uid)] == [
        uid
    ]
    assert len(list_chosen_held(db, alice, RightState.PENDING, asker=2)) == 2
    for nothing in ({"asker": 3}, {"asker": None}, {"uid": theirs.uid}, {"uid": "x"}):
        assert not list_chosen_held(db, alice, RightState.PENDING, **nothing)


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("role", Role)
def test_who_decides_for_a_holder(role, kind):
    may = Permission.RIGHTS_ANSWER in permissions_of(role, kind)
    assert may == (role in {Role.FACILITY_MANAGER, Role.ADMINISTRATOR})
    alone = Permission.RIGHTS_ANSWER in permissions_of(role, kind, alone=True)
    assert alone == (may or (role is Role.CLIENT and kind is not OrganisationKind.DISTRIBUTOR))
