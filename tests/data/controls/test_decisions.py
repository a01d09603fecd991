"""Decisions: one of two wins and the other is told, effects wait, undoing takes all back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.controls import actions
from data.controls.models import Control, Decision
from data.controls.types import ChecklistPoint, ControlVerdict, Fact, Motive, Ruling
from data.notifications.queries import list_inbox
from data.notifications.rules.words import reason_of, title_of
from data.notifications.types import NotificationKind
from data.rights.types import EndSource, ProofState, RightState
from jobs import controls as job
from tests.data.controls.proofs import (
    ACCEPT,
    AGAIN,
    DELAYS,
    REJECT,
    answered,
    decided,
    detail,
    facts,
    mails,
    opened,
    piece,
    right_of,
    row,
    rung,
    sample,
    sent,
)
from tests.factories import NOW, PCE, make_user

SOON, OVER = NOW + timedelta(minutes=9), NOW + timedelta(minutes=10)
DUE = date(2026, 12, 22)


def apply(db, now=OVER):
    return job._apply(db, now)


@pytest.fixture
def erin(db, dora, people):
    """Dora's colleague."""
    user = make_user(db, organisation_id=4, email="erin@tilleuls.example", name="Erin",
                     role=dora.role)  # fmt: skip
    return replace(dora, user_id=user.id)


@pytest.mark.parametrize(
    ("ruling", "state", "fact"),
    [
        (ACCEPT, ProofState.ACCEPTED, Fact.ACCEPTED),
        (AGAIN, ProofState.AWAITED, Fact.AGAIN),
        (REJECT, ProofState.REJECTED, Fact.REJECTED),
    ],
)
def test_a_decision_shows_at_once_and_its_effects_wait(
    db, dora, under_check, rights, ruling, state, fact
):
    uid = under_check[0]
    before = len(mails(db))
    done = decided(db, dora, uid, ruling)
    assert (done.uid, done.state, done.version, done.undo_until) == (uid, state, 3, OVER)
    shown = detail(db, dora, uid)
    assert shown.row.state is state
    (decision,) = shown.decisions
    assert (decision.verdict, decision.motive, decision.text) == (
        ruling.verdict,
        ruling.motive,
        ruling.text,
    )
    assert (decision.by, decision.undo_until) == ("Dora", OVER)
    right = right_of(db, rights[0])
    assert (right.state, right.proof_state) == (RightState.ACTIVE, ProofState.UNDER_CHECK)
    assert len(mails(db)) == before
    assert facts(db, dora, uid)[-1] is fact


def test_a_refusal_ends_the_right_once_it_may_be_undone_no_more(db, dora, under_check, rights):
    decided(db, dora, under_check[0], REJECT)
    assert apply(db, SOON) == 0
    assert right_of(db, rights[0]).state is RightState.ACTIVE
    assert apply(db) == 1
    right = right_of(db, rights[0])
    assert (right.state, right.source) == (RightState.OBSOLETE, EndSource.PROOF)
    assert right.proof_state is ProofState.REJECTED
    assert apply(db) == 0
    told = [
        (user, params) for user, kind, params in mails(db) if kind is NotificationKind.PROOF_DECIDED
    ]
    assert [(user, params["pces"]) for user, params in told] == [(2, [PCE])]
    assert "contrat" in told[0][1]["motive"]
    assert not [kind for _user, kind, _params in mails(db) if kind is NotificationKind.RIGHTS_MOVED]
    assert facts(db, dora, under_check[0])[-1] is Fact.APPLIED


def test_decisions_are_in_the_inbox_once_they_are_told(db, bob, dora, under_check):
    seen = {uid: row(db, dora, uid).version for uid in under_check[1:]}
    decided(db, dora, under_check[0], REJECT)
    actions.decide_many(db, dora, seen, ACCEPT, delays=DELAYS, now=NOW)
    assert not [kind for _user, kind, *_rest in rung(db) if kind is NotificationKind.PROOF_DECIDED]
    apply(db)
    told = [
        line for line in list_inbox(db, bob).rows if line.kind is NotificationKind.PROOF_DECIDED
    ]
    titles = {title_of(line): line for line in told}
    alone = next(line for title, line in titles.items() if "preuve refusée" in title)
    assert alone.path == f"/controles?controle={under_check[0]}"
    assert "n’est pas celui du contrat" in reason_of(alone)
    assert "2 preuves validées" in titles


def test_decisions_alike_are_told_together(db, dora, under_check):
    seen = {uid: row(db, dora, uid).version for uid in under_check}
    actions.decide_many(db, dora, seen, ACCEPT, delays=DELAYS, now=NOW)
    assert apply(db) == 3
    told = [
        params["pces"]
        for _user, kind, params in mails(db)
        if kind is NotificationKind.PROOF_DECIDED
    ]
    assert [len(pces) for pces in told] == [3]


def test_another_piece_is_asked_for_with_enough_time(db, dora, under_check, rights):
    late = NOW + timedelta(days=27)  # 21 December
    done = decided(db, dora, under_check[0], AGAIN, now=late)
    assert done.due_on == date(2027, 1, 6)
    assert right_of(db, rights[0]).proof_due == DUE
    apply(db, late + timedelta(minutes=10))
    assert right_of(db, rights[0]).proof_due == date(2027, 1, 6)
    (told,) = [
        params for _user, kind, params in mails(db) if kind is NotificationKind.PROOF_DECIDED
    ]
    assert (told["due"], told["text"]) == ("2027-01-06", "Le cachet manque.")


def test_a_deposit_that_came_meanwhile_is_not_asked_for(db, bob, dora, under_check):
    decided(db, dora, under_check[0], AGAIN)
    sent(db, bob, under_check[:1], now=SOON)
    assert apply(db) == 0
    assert not [
        kind for _user, kind, _params in mails(db) if kind is NotificationKind.PROOF_DECIDED
    ]


def test_of_two_who_decide_one_wins_and_the_other_is_told_who(db, dora, erin, under_check):
    uid = under_check[0]
    version = row(db, dora, uid).version
    actions.decide(db, dora, uid, REJECT, version=version, delays=DELAYS, now=NOW)
    with pytest.raises(Conflict) as told:
        actions.decide(db, erin, uid, ACCEPT, version=version, delays=DELAYS, now=NOW)
    assert str(told.value) == f"Dora a déjà refusé la preuve du PCE {PCE}."
    assert row(db, dora, uid).state is ProofState.REJECTED
    assert len(db.scalars(select(Decision)).all()) == 1


def test_the_update_itself_lets_one_win(db, dora, under_check, monkeypatch):
    """Read before the other commits: the counted UPDATE alone tells them apart."""
    uid = under_check[0]
    from data.controls.actions import decisions

    move = decisions.move

    def slower(db, control, *args, **values):
        others = update(Control).where(Control.id == control.id)
        db.execute(others.values(version=control.version + 1),
                   execution_options={"synchronize_session": False})  # fmt: skip
        return move(db, control, *args, **values)

    monkeypatch.setattr(decisions, "move", slower)
    with pytest.raises(Conflict, match="changé entre-temps"):
        actions.decide(db, dora, uid, ACCEPT, version=2, delays=DELAYS, now=NOW)
    assert db.scalars(select(Decision)).all() == []


def test_a_deposit_that_came_since_is_looked_at_before_deciding(db, bob, dora, under_check):
    version = row(db, dora, under_check[0]).version
    sent(db, bob, under_check[:1])
    with pytest.raises(Conflict, match="changé entre-temps"):
        actions.decide(db, dora, under_check[0], ACCEPT, version=version, delays=DELAYS, now=NOW)


def test_nothing_sent_is_nothing_to_decide(db, dora, controls):
    for ruling in (ACCEPT, AGAIN, REJECT):
        with pytest.raises(Conflict, match="Rien n’est transmis"):
            decided(db, dora, controls[0], ruling)


def test_of_many_those_that_moved_are_named_and_left(db, bob, dora, under_check, rights):
    seen = {uid: row(db, dora, uid).version for uid in under_check}
    decided(db, dora, under_check[0], ACCEPT)
    right_of(db, rights[1]).state = RightState.REVOKED
    db.flush()
    many = actions.decide_many(db, dora, seen, REJECT, delays=DELAYS, now=NOW)
    assert [one.uid for one in many.decided] == [under_check[2]]
    assert {one.uid for one in many.lost} == set(under_check[:2])
    said = {one.uid: one.sentence.format(**one.params) for one in many.lost}
    assert said[under_check[0]].startswith("Dora a déjà validé")
    assert "a pris fin" in said[under_check[1]]


def test_undoing_takes_all_back(db, dora, under_check, rights):
    uid = under_check[0]
    before = row(db, dora, uid)
    for ruling in (AGAIN, REJECT, ACCEPT):
        decided(db, dora, uid, ruling, now=NOW + timedelta(days=27))
        assert actions.undo(db, dora, [uid], now=NOW + timedelta(days=27)) == (uid,)
        after = row(db, dora, uid)
        assert replace(after, version=before.version) == before
        right = right_of(db, rights[0])
        assert (right.proof_state, right.proof_due) == (ProofState.UNDER_CHECK, DUE)
    assert apply(db, NOW + timedelta(days=28)) == 0
    assert facts(db, dora, uid)[-2:] == [Fact.ACCEPTED, Fact.UNDONE]
    assert {one.undone_by for one in detail(db, dora, uid).decisions} == {"Dora"}


def test_a_decision_is_undone_by_a_colleague_too(db, dora, erin, under_check):
    decided(db, dora, under_check[0], REJECT)
    actions.undo(db, erin, under_check[:1], now=SOON)
    assert row(db, dora, under_check[0]).state is ProofState.UNDER_CHECK


@pytest.mark.parametrize("applied", [True, False])
def test_what_had_its_effects_is_undone_no_more(db, dora, under_check, applied):
    decided(db, dora, under_check[0], REJECT)
    if applied:
        apply(db)
    with pytest.raises(Conflict, match="définitive"):
        actions.undo(db, dora, under_check[:1], now=OVER)


def test_a_deposit_stops_the_undoing_of_what_it_answers(db, bob, dora, under_check):
    decided(db, dora, under_check[0], AGAIN)
    sent(db, bob, under_check[:1])
    with pytest.raises(Conflict, match="pas de décision"):
        actions.undo(db, dora, under_check[:1], now=SOON)


def test_nothing_decided_is_nothing_to_undo(db, dora, under_check):
    with pytest.raises(Conflict, match="pas de décision"):
        actions.undo(db, dora, under_check[:1], now=NOW)
    decided(db, dora, under_check[0])
    actions.undo(db, dora, under_check[:1], now=NOW)
    with pytest.raises(Conflict, match="pas de décision"):
        actions.undo(db, dora, under_check[:1], now=NOW)


def test_the_motive_of_an_earlier_decision_comes_back(db, bob, dora, under_check):
    uid = under_check[0]
    decided(db, dora, uid, AGAIN)
    apply(db)
    sent(db, bob, [uid])
    decided(db, dora, uid, REJECT)
    assert row(db, dora, uid).motive is Motive.HOLDER
    actions.undo(db, dora, [uid], now=SOON)
    assert row(db, dora, uid).motive is Motive.SIGNATURE


def test_a_right_is_drawn_again_once_its_acceptance_may_be_undone_no_more(db, dora, under_check):
    decided(db, dora, under_check[0])
    again = sample("100", proofs=(ProofState.ACCEPTED,))
    with pytest.raises(Invalid, match="aucun droit"):
        opened(db, dora, again)
    apply(db)
    assert opened(db, dora, again).controls == 1


def test_without_delay_a_decision_is_final_at_once(db, dora, under_check):
    decided(db, dora, under_check[0], delays=replace(DELAYS, undo_minutes=0))
    with pytest.raises(Conflict, match="définitive"):
        actions.undo(db, dora, under_check[:1], now=NOW)
    assert apply(db, NOW) == 1


def test_only_the_distributor_decides(db, alice, bob, under_check):
    for viewer in (alice, bob):
        with pytest.raises(Forbidden):
            actions.decide(db, viewer, under_check[0], ACCEPT, version=2, delays=DELAYS, now=NOW)
        with pytest.raises(Forbidden):
            actions.undo(db, viewer, under_check[:1], now=NOW)
        with pytest.raises(Forbidden):
            actions.assign(db, viewer, under_check[:1], 4, now=NOW)
        with pytest.raises(Forbidden):
            answered(db, viewer, under_check[0], {ChecklistPoint.DATE: True}, deposit="any")


def test_a_refusal_without_a_motive_is_no_refusal(db, dora, under_check):
    with pytest.raises(Invalid):
        decided(db, dora, under_check[0], Ruling(ControlVerdict.REJECT))


def answer(db, dora, uid, *, but=()):
    for point in set(ChecklistPoint) - {*but}:
        answered(db, dora, uid, {point: True})


def test_a_proof_is_accepted_once_each_point_is_answered(db, dora, under_check):
    uid, plain = under_check[0], Ruling(ControlVerdict.ACCEPT)
    answer(db, dora, uid, but=(ChecklistPoint.HOLDER, ChecklistPoint.SIGNATURE))
    with pytest.raises(Conflict, match=f"PCE {PCE}.: répondez à chaque point .* reste 1, 6"):
        decided(db, dora, uid, plain)
    assert row(db, dora, uid).state is ProofState.UNDER_CHECK
    for point in (ChecklistPoint.HOLDER, ChecklistPoint.SIGNATURE):
        answered(db, dora, uid, {point: False})  # accepted all the same
    decided(db, dora, uid, plain)
    assert row(db, dora, uid).state is ProofState.ACCEPTED
    decided(db, dora, under_check[1], REJECT)  # neither a refusal nor a request needs answers


def test_points_are_taken_as_verified_together_but_not_against_a_no(db, dora, under_check):
    first, second, third = under_check
    answer(db, dora, first, but=(ChecklistPoint.DATE,))
    answered(db, dora, second, {ChecklistPoint.DATE: False})
    seen = {uid: row(db, dora, uid).version for uid in under_check}
    many = actions.decide_many(db, dora, seen, ACCEPT, delays=DELAYS, now=NOW)
    assert {one.uid for one in many.decided} == {first, third}
    (left,) = many.lost
    assert left.uid == second
    assert "un point ne convient pas (5)" in left.sentence.format(**left.params)
    for uid in (first, third):
        assert detail(db, dora, uid).checks == dict.fromkeys(ChecklistPoint, True)


def test_an_unknown_control_is_not_found_and_too_many_are_too_many(db, dora, under_check):
    with pytest.raises(NotFound):
        actions.decide_many(db, dora, {"x": 1}, ACCEPT, delays=DELAYS, now=NOW)
    with pytest.raises(Invalid):
        actions.decide_many(db, dora, {}, ACCEPT, delays=DELAYS, now=NOW)
    many = dict.fromkeys(map(str, range(501)), 1)
    with pytest.raises(Invalid):
        actions.decide_many(db, dora, many, ACCEPT, delays=DELAYS, now=NOW)


# The checklist, and whose a control is


def test_the_checklist_is_that_of_the_last_deposit(db, bob, dora, under_check):
    uid = under_check[0]
    answered(db, dora, uid, {ChecklistPoint.DATE: False})
    answered(db, dora, uid, {ChecklistPoint.HOLDER: True})
    answered(db, dora, uid, {ChecklistPoint.DATE: True})
    assert detail(db, dora, uid).checks == {ChecklistPoint.HOLDER: True, ChecklistPoint.DATE: True}
    answered(db, dora, uid, {ChecklistPoint.DATE: None})
    assert detail(db, dora, uid).checks == {ChecklistPoint.HOLDER: True}
    assert detail(db, bob, uid).checks == {}
    sent(db, bob, [uid], piece("new.pdf"))
    assert detail(db, dora, uid).checks == {}


def test_what_is_answered_is_of_the_deposit_that_was_seen(db, bob, dora, under_check):
    uid = under_check[0]
    seen = detail(db, dora, uid).deposits[0].uid
    answered(db, dora, uid, dict.fromkeys(ChecklistPoint, True), deposit=seen)
    newer = sent(db, bob, [uid], piece("autre-chose.pdf"))
    for said in (dict.fromkeys(ChecklistPoint, True), {}):
        with pytest.raises(Conflict, match=f"autre pièce vient d’arriver pour le PCE {PCE}"):
            answered(db, dora, uid, said, deposit=seen)
    assert detail(db, dora, uid).checks == {}
    answered(db, dora, uid, {ChecklistPoint.HOLDER: False}, deposit=newer)
    assert detail(db, dora, uid).checks == {ChecklistPoint.HOLDER: False}


def test_nothing_sent_is_nothing_to_check(db, dora, controls):
    with pytest.raises(Conflict, match="vérifier"):
        answered(db, dora, controls[0], {ChecklistPoint.DATE: True})


def test_a_control_is_given_to_an_account_manager(db, bob, dora, erin, under_check):
    assert actions.assign(db, dora, under_check[:2], erin.user_id, now=NOW) == 2
    assert actions.assign(db, dora, under_check, erin.user_id, now=NOW) == 1
    assert row(db, dora, under_check[0]).owner == "Erin"
    hidden = row(db, bob, under_check[0])
    assert (hidden.owner, hidden.owner_id) == ("", None)
    assert actions.assign(db, dora, under_check[:1], None, now=NOW) == 1
    assert row(db, dora, under_check[0]).owner_id is None
    for nobody in (2, 99):
        with pytest.raises(NotFound):
            actions.assign(db, dora, under_check[:1], nobody, now=NOW)


def test_what_a_proof_must_say_is_what_was_declared(db, dora, under_check):
    expected = detail(db, dora, under_check[0]).expected
    assert (expected.number, expected.holder) == (PCE, "Lycée des Tilleuls")
    assert expected.third_party == "Organisation de bob"
    assert len(expected.kinds) == 4
    assert (expected.first, expected.last) == (date(2023, 1, 1), date(2027, 12, 31))
