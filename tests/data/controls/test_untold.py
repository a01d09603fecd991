"""What is decided is the distributor's own until it may be undone no more: nothing shows it."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Conflict
from data.controls import actions, queries
from data.controls.files.sheet import write_csv
from data.controls.models import Decision
from data.controls.types import ControlFilter, ControlFolder, ControlSort, ControlVerdict, Fact
from data.notifications.types import NotificationKind
from data.rights.queries import get_right
from data.rights.types import ProofState, RightState
from jobs import controls as job
from tests.data.controls.proofs import (
    ACCEPT,
    AGAIN,
    DELAYS,
    REJECT,
    decided,
    detail,
    facts,
    mails,
    piece,
    right_of,
    row,
    rung,
    sent,
)
from tests.factories import NOW, make_user

SOON, OVER = NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)
RULINGS = [ACCEPT, AGAIN, REJECT]


def known(db, viewer, uid):
    """All that is read of a control by somebody, as text."""
    db.expire_all()
    token = actions.create_calendar(db, viewer, now=NOW)
    shown = queries.get_control(db, viewer, uid, now=SOON)
    filters = (
        ControlFilter(),
        *(ControlFilter(states=(state,)) for state in ProofState),
        *(ControlFilter(boxes=(box,)) for box in ControlFolder),
        ControlFilter(due_first=NOW.date() + timedelta(days=29)),
        ControlFilter(due_last=NOW.date() + timedelta(days=28)),
    )
    listed = [
        *(queries.list_controls(db, viewer, wanted) for wanted in filters),
        *(queries.list_controls(db, viewer, sort=sort) for sort in ControlSort),
    ]
    told = {
        "detail": asdict(replace(shown, row=replace(shown.row, version=0))),
        "listed": [([replace(one, version=0) for one in rows], count) for rows, count in listed],
        "states": queries.count_states(db, viewer),
        "boxes": queries.count_boxes(db, viewer),
        "totals": queries.get_control_totals(db, viewer),
        "to do": queries.count_to_do(db, viewer),
        "timeline": queries.list_control_events(db, viewer, uid),
        "links": queries.list_pack_entries(db, viewer, uid),
        "awaiting": queries.list_awaiting(db, viewer, [shown.row.number]),
        "feed": queries.get_calendar_feed(db, token, NOW.date()),
        "csv": b"".join(write_csv(queries.iter_controls(db, viewer), staff=False)),
        "right": get_right(db, viewer, shown.row.right),
    }
    return {name: repr(value) for name, value in told.items()}


def test_what_is_told_of_a_decision_is_the_same_when_another_was_undone(db, bob, dora, under_check):
    once, twice, _third = under_check
    decided(db, dora, twice)
    actions.undo(db, dora, [twice], now=SOON)
    for uid in (once, twice):
        decided(db, dora, uid, now=SOON)
    job._apply(db, OVER + timedelta(minutes=5))
    first, second = (
        [
            (one.fact, one.detail | {"deposit": ""})
            for one in queries.list_control_events(db, bob, uid)[-2:]
        ]
        for uid in (once, twice)
    )
    assert first == second


@pytest.mark.parametrize("ruling", RULINGS, ids=lambda one: one.verdict)
def test_the_third_party_reads_the_same_before_and_while_it_may_be_undone(
    db, bob, dora, under_check, ruling
):
    uid = under_check[0]
    before = known(db, bob, uid)
    decided(db, dora, uid, ruling)
    assert known(db, bob, uid) == before
    actions.undo(db, dora, [uid], now=SOON)
    assert known(db, bob, uid) == before  # nor is one that was undone ever told
    decided(db, dora, uid, ruling, now=SOON)
    assert known(db, bob, uid) == before
    assert job._apply(db, OVER + timedelta(minutes=5)) == 1
    after = known(db, bob, uid)
    for name in ("detail", "listed", "states", "totals", "timeline", "links", "csv", "right"):
        assert after[name] != before[name], name
    (told,) = detail(db, bob, uid).decisions
    assert (told.verdict, told.undone_at) == (ruling.verdict, None)
    assert facts(db, bob, uid)[-2:] == [facts(db, dora, uid)[-2], Fact.APPLIED]
    assert Fact.UNDONE not in facts(db, bob, uid)
    assert row(db, bob, uid).state is row(db, dora, uid).state
    assert row(db, bob, uid).due_on == row(db, dora, uid).due_on


@pytest.mark.parametrize("ruling", RULINGS, ids=lambda one: one.verdict)
def test_a_proof_that_comes_meanwhile_takes_the_decision_back(
    db, bob, dora, under_check, rights, ruling
):
    """Who sends it learns of nothing; who decided looks at what came."""
    uid = under_check[0]
    before = len(mails(db))
    decided(db, dora, uid, ruling)
    sent(db, bob, [uid], piece("new.pdf"), now=SOON)
    assert row(db, dora, uid).state is row(db, bob, uid).state is ProofState.UNDER_CHECK
    assert row(db, dora, uid).due_on == row(db, bob, uid).due_on
    assert facts(db, bob, uid) == [Fact.ASKED, Fact.SENT, Fact.SENT]
    assert facts(db, dora, uid)[-2:] == [Fact.UNDONE, Fact.SENT]
    assert job._apply(db, OVER) == 0
    assert right_of(db, rights[0]).state is RightState.ACTIVE
    assert NotificationKind.PROOF_DECIDED not in [
        kind for _user, kind, _params in mails(db)[before:]
    ]
    with pytest.raises(Conflict, match="pas de décision"):
        actions.undo(db, dora, [uid], now=SOON)
    decided(db, dora, uid, REJECT, now=SOON)
    assert job._apply(db, OVER + timedelta(minutes=5)) == 1
    assert right_of(db, rights[0]).state is RightState.OBSOLETE


def test_who_decided_is_told_that_another_proof_took_it_back(db, bob, dora, under_check):
    first, second, third = under_check
    erin = make_user(db, organisation_id=4, email="erin@reseau.example", role=dora.role).id
    for uid in (first, second):
        decided(db, dora, uid, REJECT)
    decided(db, replace(dora, user_id=erin), third, ACCEPT)
    before = len(mails(db)), len(rung(db))
    sent(db, bob, under_check, piece("new.pdf"), now=SOON)
    mailed = [(user, kind, len(told["pces"])) for user, kind, told in mails(db)[before[0] :]]
    assert mailed == [
        (4, NotificationKind.PROOF_RETURNED, 2),
        (erin, NotificationKind.PROOF_RETURNED, 1),
    ]
    lines = [(user, kind, path) for user, kind, path, _params in rung(db)[before[1] :]]
    assert lines == [
        (4, NotificationKind.PROOF_RETURNED, "/controles"),
        (erin, NotificationKind.PROOF_RETURNED, f"/controles?controle={third}"),
    ]
    assert row(db, dora, first).returned
    assert not row(db, bob, first).returned
    later = SOON + timedelta(minutes=1)
    decided(db, dora, first, REJECT, now=later)
    actions.undo(db, dora, [first], now=later)
    assert not row(db, dora, first).returned  # taken back by oneself


def test_a_decision_that_had_its_effects_just_now_stands(db, bob, dora, under_check, monkeypatch):
    """The job marks the decision between what the deposit reads and what it writes."""
    uid = under_check[0]
    decided(db, dora, uid, REJECT)
    staged = actions.stage(db, bob, [uid], [piece()], now=SOON)
    from data.controls.actions import deposits

    def late(db, controls, by):
        db.scalars(select(Decision)).one().applied_at = OVER
        db.flush()
        return withdraw(db, controls, by)

    withdraw = deposits.withdraw
    monkeypatch.setattr(deposits, "withdraw", late)
    with pytest.raises(Conflict):
        actions.send(db, bob, staged.uid, now=OVER)


def test_a_deadline_that_is_not_told_is_not_recalled(db, dora, under_check):
    short = replace(DELAYS, resubmission_days=1, days=1)
    decided(db, dora, under_check[0], AGAIN, delays=short, now=NOW + timedelta(days=26))
    today = NOW.date() + timedelta(days=26)
    assert queries.list_reminders(db, today) == {}


def test_who_looks_after_a_control_is_not_read_in_an_order(db, bob, dora, controls):
    actions.assign(db, dora, controls[2:], dora.user_id, now=NOW)
    by_owner = {"sort": ControlSort.OWNER}
    for down in (False, True):
        listed = queries.list_controls(db, bob, **by_owner, descending=down)
        every = list(queries.iter_controls(db, bob, **by_owner, descending=down))
        usual = queries.list_controls(db, bob, descending=down)
        assert [one.uid for one in listed[0]] == [one.uid for one in usual[0]]
        assert [one.uid for one in every] == [one.uid for one in usual[0]]
    assert queries.list_controls(db, dora, **by_owner)[0][0].uid == controls[2]


def test_the_verdict_of_each_decision_is_kept(db, bob, dora, under_check):
    uid = under_check[0]
    decided(db, dora, uid, AGAIN)
    job._apply(db, OVER)
    sent(db, bob, [uid], now=OVER)
    decided(db, dora, uid, ACCEPT, now=OVER)
    assert [one.verdict for one in detail(db, bob, uid).decisions] == [ControlVerdict.AGAIN]
    assert row(db, bob, uid).motive is AGAIN.motive
