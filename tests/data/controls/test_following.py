"""Controls that another distributor opened: ours move on its word, nobody here decides."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.errors import Conflict
from data.controls import actions, queries
from data.controls.actions import UpstreamDecision, close_followed, open_followed, rule_followed
from data.controls.models import Control
from data.controls.types import (
    ControlVerdict,
    Fact,
    LeftOut,
    Picked,
    ProofDelays,
    Side,
)
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight
from data.rights.types import EndSource, ProofState, RightState
from jobs.controls import settle
from tests.data.controls.proofs import (
    ACCEPT,
    DELAYS,
    control_of,
    decided,
    detail,
    facts,
    mails,
    make_rights,
    right_of,
    row,
    rung,
    sample,
    sent,
    verified,
)
from tests.factories import NOW, make_people

DUE = date(2026, 12, 20)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def rights(db, people):
    return make_rights(db, relayed=True)


@pytest.fixture
def asked(db, rights):
    """A control on the first of them, as it was opened there."""
    wanted = {right_of(db, rights[0]).id: (ProofState.AWAITED, DUE)}
    assert open_followed(db, wanted, now=NOW) == 1
    return control_of(db, rights[0]).uid


def rule(db, uid, *said, now=LATER):
    control = next(one for one in _controls(db) if one.uid == uid)
    return rule_followed(db, {control.id: UpstreamDecision(*said)}, now=now)


def _controls(db):
    db.expire_all()
    return db.scalars(select(Control)).all()


def test_a_proof_that_is_asked_there_is_awaited_here_and_told(db, bob, asked, rights):
    seen = detail(db, bob, asked)
    assert (seen.row.state, seen.row.due_on, seen.can_deposit) == (ProofState.AWAITED, DUE, True)
    right = right_of(db, rights[0])
    assert (right.proof_state, right.proof_due) == (ProofState.AWAITED, DUE)
    assert [kind for _user, kind, _said in mails(db)] == [NotificationKind.PROOF_ASKED]
    assert [kind for _user, kind, *_more in rung(db)] == [NotificationKind.PROOF_ASKED]
    (entry,) = queries.list_control_events(db, bob, asked)
    assert (entry.fact, entry.side, entry.by) == (Fact.ASKED, Side.DISTRIBUTOR, "")


def test_it_is_opened_once_and_only_for_a_right_that_is_active(db, rights):
    first, second, third = (right_of(db, uid) for uid in rights)
    second.state = RightState.OBSOLETE
    db.flush()
    wanted = {one.id: (ProofState.AWAITED, None) for one in (first, second)}
    assert open_followed(db, wanted, now=NOW) == 1
    assert open_followed(db, wanted, now=NOW) == 0
    assert control_of(db, first.uid).due_on > NOW.date()  # the usual one, where none is said
    under_check = {third.id: (ProofState.UNDER_CHECK, None)}
    assert open_followed(db, under_check, now=NOW) == 1
    assert len(mails(db)) == 1  # pieces are there already: nobody is asked for any


@pytest.mark.parametrize(
    ("verdict", "state", "over"),
    [
        (ControlVerdict.ACCEPT, ProofState.ACCEPTED, False),
        (ControlVerdict.REJECT, ProofState.REJECTED, True),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_decided_there_is_decided_here_and_told(
    database, first, verdict, state, over, request
):
    bob = request.getfixturevalue("bob")
    with database.transaction() as db:
        make_people(db)
        uid = make_rights(db, relayed=True)[0]
        open_followed(db, {right_of(db, uid).id: (ProofState.AWAITED, DUE)}, now=NOW)
        control = control_of(db, uid).uid
        if first:
            sent(db, bob, [control])
        assert rule(db, control, verdict) == 1
        assert rule(db, control, verdict) == 0  # it is over
        seen = detail(db, bob, control)
        assert (seen.row.state, seen.can_deposit) == (state, False)
        right = right_of(db, uid)
        assert right.proof_state is state
        assert (right.source is EndSource.PROOF) is over
        told = [
            params["sentence"]
            for _u, kind, params in mails(db)
            if kind is NotificationKind.PROOF_DECIDED
        ]
        assert len(told) == 1
        assert verdict is not ControlVerdict.REJECT or "refusée" in told[0]
    assert not verified(database).broken


def test_another_piece_is_asked_for_with_its_words_and_its_day(database, bob):
    with database.transaction() as db:
        make_people(db)
        uid = make_rights(db, relayed=True)[0]
        open_followed(db, {right_of(db, uid).id: (ProofState.AWAITED, DUE)}, now=NOW)
        control = control_of(db, uid).uid
        sent(db, bob, [control])
        later = DUE + timedelta(days=9)
        assert rule(db, control, ControlVerdict.AGAIN, later, "Page manquante.") == 1
        seen = row(db, bob, control)
        assert (seen.state, seen.due_on) == (ProofState.AWAITED, later)
        assert right_of(db, uid).proof_due == later
        sent(db, bob, [control], now=LATER + timedelta(hours=1))
        assert facts(db, bob, control) == [
            Fact.ASKED,
            Fact.SENT,
            Fact.AGAIN,
            Fact.APPLIED,
            Fact.SENT,
        ]
        (said,) = [
            params for _u, kind, params in mails(db) if kind is NotificationKind.PROOF_DECIDED
        ]
        assert (said["text"], said["due"]) == ("Page manquante.", later.isoformat())
    assert not verified(database).broken


def test_what_is_asked_there_no_more_waits_for_nothing_here(database, bob):
    with database.transaction() as db:
        make_people(db)
        uid = make_rights(db, relayed=True)[0]
        open_followed(db, {right_of(db, uid).id: (ProofState.AWAITED, DUE)}, now=NOW)
        control = control_of(db, uid)
        assert close_followed(db, [control.id], now=LATER) == 1
        assert close_followed(db, [control.id], now=LATER) == 0
        assert row(db, bob, control.uid).closed_at == LATER
        assert right_of(db, uid).proof_state is None
    assert not verified(database).broken


def test_the_clock_recalls_its_deadline_and_decides_nothing(database, bob):
    with database.transaction() as db:
        make_people(db)
        uid = make_rights(db, relayed=True)[0]
        open_followed(db, {right_of(db, uid).id: (ProofState.AWAITED, DUE)}, now=NOW)
    near = NOW.replace(month=12, day=12)
    assert settle(database, near, ProofDelays()) == {"reminded": 1}
    late = NOW + timedelta(days=200)
    with database.transaction() as db:
        db.execute(update(AccessRight).values(ends_on=None))
    assert settle(database, late, ProofDelays()) == {}
    with database.reading() as db:
        assert control_of(db, uid).state is ProofState.AWAITED


def test_nobody_here_draws_or_decides_what_another_distributor_does(db, bob, dora, rights, asked):
    assert actions.preview_campaign(db, dora, sample("100"), delays=DELAYS).eligible == 0
    named = actions.preview_campaign(db, dora, Picked(uids=(rights[1],)), delays=DELAYS)
    (left,) = named.left_out
    assert isinstance(left, LeftOut)
    assert "autre distributeur" in left.sentence
    sent(db, bob, [asked])
    with pytest.raises(Conflict, match="autre distributeur"):
        decided(db, dora, asked, ACCEPT)


def test_the_campaign_of_what_was_asked_there_is_nobodys(db, dora, asked):
    (one,) = queries.list_campaigns(db, dora)
    assert (one.by, one.drawn) == ("", 1)
