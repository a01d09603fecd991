"""Who must act and when; what ADICT calls things."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data.rights.rules import adict
from data.rights.rules.pending import (
    answer_due,
    next_quarter,
    next_step,
    reminder_of,
)
from data.rights.types import (
    Act,
    DeclarationOrigin,
    Delays,
    ProofState,
    RightActor,
    RightRole,
    RightRow,
    RightState,
    SiblingRights,
)
from tests.data.rights.declarations import TODAY
from tests.factories import NOW

SUPPLY = RightRole.AUTHORISED_SUPPLY


@pytest.mark.parametrize(
    ("at", "leaves"),
    [((9, 31), (9, 45)), ((9, 45), (10, 0)), ((9, 59), (10, 0)), ((23, 50), (24, 0))],
)
def test_letters_leave_at_the_next_quarter_of_an_hour(at, leaves):
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    now = midnight + timedelta(hours=at[0], minutes=at[1], seconds=7)
    assert next_quarter(now) == midnight + timedelta(hours=leaves[0], minutes=leaves[1])


def test_the_delay_to_answer_is_a_setting():
    assert answer_due(TODAY, Delays()) == date(2026, 12, 24)
    assert answer_due(TODAY, Delays(answer_days=10)) == date(2026, 12, 4)


def right(state, **fields):
    days = dict.fromkeys(
        [
            *("supply_first", "supply_last", "injection_first", "injection_last", "proof_due"),
            *("consented_on", "starts_on", "ends_on", "answer_due", "closed_at", "source"),
            "proof_state",
        ]
    )
    words = dict.fromkeys(
        [
            *("uid", "number", "third_party", "site", "person", "company", "email", "phone"),
            *("postal_code", "purpose"),
        ],
        "",
    )
    known = {"id": 5, "role": SUPPLY, "kinds": frozenset(), "created_at": NOW}
    return RightRow(
        **days | words | known | {"origin": DeclarationOrigin.DIRECT, "state": state} | fields
    )


def test_a_proof_that_is_asked_waits_for_the_third_party_then_for_the_distributor():
    asked = right(RightState.ACTIVE, proof_state=ProofState.AWAITED, proof_due=TODAY)
    step = next_step(asked, TODAY)
    assert (step.actor, step.due, step.act) == (RightActor.THIRD_PARTY, TODAY, Act.PROVE)
    assert step.sentence.startswith("Envoyez la preuve")
    assert "dépassée" in next_step(asked, TODAY + timedelta(days=1)).sentence
    sent = next_step(replace(asked, proof_state=ProofState.UNDER_CHECK), TODAY)
    assert (sent.actor, sent.due, sent.act) == (RightActor.DISTRIBUTOR, None, Act.JUDGE)
    for over in (ProofState.ACCEPTED, ProofState.REJECTED):
        assert next_step(replace(asked, proof_state=over), TODAY).actor is None
    ended = replace(asked, ends_on=TODAY - timedelta(days=1))
    assert next_step(ended, TODAY).actor is None


@pytest.mark.parametrize("state", RightState)
@pytest.mark.parametrize("role", RightRole)
@pytest.mark.parametrize("ends", [None, date(2026, 12, 1), date(2028, 1, 1)])
def test_every_state_says_who_must_act(state, role, ends):
    due = date(2026, 12, 24) if state.waiting else None
    step = next_step(right(state, role=role, answer_due=due, ends_on=ends), TODAY)
    assert step.sentence.format(**step.params)
    expected = {
        RightState.PENDING: RightActor.HOLDER,
        RightState.RECHECK: RightActor.DISTRIBUTOR,
        RightState.ACTIVE: None,
    }.get(state, RightActor.THIRD_PARTY)
    if state is RightState.ACTIVE and role.authorised and ends == date(2026, 12, 1):
        expected = RightActor.THIRD_PARTY
    assert step.actor is expected
    assert step.due == (min(filter(None, [due, ends])) if due else None if state.final else ends)


FINAL = [state for state in RightState if state.final]
LONG_AGO = NOW - timedelta(days=90)


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize(
    ("around", "act", "actor"),
    [
        (SiblingRights(), Act.DECLARE, RightActor.THIRD_PARTY),
        (SiblingRights(withdrawn_at=NOW), None, None),
        (SiblingRights(withdrawn_at=NOW, holder_since=date(2020, 1, 1)), None, None),
        (
            SiblingRights(LONG_AGO, holder_since=date(2026, 11, 1)),
            Act.DECLARE,
            RightActor.THIRD_PARTY,
        ),
        (SiblingRights(other_open=3), None, None),
        (SiblingRights(ended_on=date(2026, 11, 23)), None, None),
        (SiblingRights(ended_on=date(2027, 1, 1)), Act.DECLARE, RightActor.THIRD_PARTY),
    ],
)
def test_what_is_over_is_declared_again_only_where_it_would_be_taken(state, around, act, actor):
    step = next_step(right(state, around=around), TODAY)
    assert (step.act, step.actor, step.due) == (act, actor, None)


def test_nobody_acts_on_what_is_late_or_followed():
    yesterday = date(2026, 11, 23)
    for state in (RightState.PENDING, RightState.RECHECK):
        assert next_step(right(state, answer_due=yesterday), TODAY).actor is None
        soon = right(state, answer_due=date(2026, 12, 24), ends_on=yesterday)
        assert next_step(soon, TODAY).actor is None
    ending = right(RightState.ACTIVE, ends_on=date(2026, 12, 1))
    assert next_step(ending, TODAY).act is Act.RENEW
    assert next_step(replace(ending, around=SiblingRights(other_open=9)), TODAY).actor is None
    assert next_step(replace(ending, around=SiblingRights(other_open=2)), TODAY).act is Act.RENEW
    assert next_step(replace(ending, ends_on=yesterday), TODAY).actor is None


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (59, None, 60),  # the night before was missed
        (59, 60, None),
        (30, 60, 30),
        (30, None, 30),
        (29, 30, None),
        (7, 30, 7),
        (0, 30, 7),
        (0, 7, None),
        (-1, None, None),
    ],
)
def test_a_right_is_recalled_once_for_each_of_its_last_60_30_and_7_days(left, reminded, due):
    ends = TODAY + timedelta(days=left)
    assert reminder_of(ends, date(2025, 1, 1), reminded, TODAY) == due


def test_a_short_right_is_not_recalled_for_more_days_than_it_has():
    ends = TODAY + timedelta(days=20)
    assert reminder_of(ends, TODAY, None, TODAY) is None
    assert reminder_of(TODAY + timedelta(days=6), TODAY - timedelta(days=14), None, TODAY) == 7


def test_adict_s_words_are_read_back():
    for role, word in adict.ROLES.items():
        assert adict.role_of(f" {word.lower()} ") is role
    assert adict.role_of("") is None
    words = ("Vrai", "TRUE", "true", "Faux", "false", "", "oui")
    found = [adict.flag_of(word) for word in words]
    assert found == [True, True, True, False, False, None, None]
    assert len(set(adict.FLAGS.values())) == len(adict.FLAGS)
    assert [role for role in RightRole if role.injection] == [
        RightRole.AUTHORISED_INJECTION,
        RightRole.HOLDER_INJECTION,
    ]
