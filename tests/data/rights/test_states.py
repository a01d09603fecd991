"""The whole product of states, triggers and actors: what the table does not say may not happen."""

from itertools import product

import pytest

from data.rights.rules.states import TRANSITIONS, advance
from data.rights.types import EndSource, Move, RightActor, RightState, RightTrigger

S, T, A = RightState, RightTrigger, RightActor
# domain.md §2.4, written again by hand; the last column says what a final state is put down to.
EXPECTED = """
-        declared          third_party  pending  -
-        declared_holder   third_party  active   -
-        declared_holder   holder       active   -
-        declared_doubtful system       recheck  -
-        relayed           third_party  pending  -
pending  turned_down       distributor  obsolete distributor
pending  accepted          holder       active   -
pending  refused           holder       refused  holder
pending  recalled          third_party  pending  -
pending  unanswered        system       obsolete expiry
pending  withdrawn         holder       refused  holder
recheck  withdrawn         holder       refused  holder
pending  expired           system       obsolete expiry
pending  cancelled         third_party  obsolete third_party
pending  connection_forgotten third_party obsolete third_party
pending  sending_stopped   third_party  obsolete third_party
pending  moved             system       obsolete move
pending  moved             distributor  obsolete move
pending  contract_ended    system       obsolete contract
pending  contract_ended    distributor  obsolete contract
recheck  confirmed         distributor  active   -
recheck  asked             distributor  pending  -
recheck  denied            distributor  obsolete distributor
recheck  unanswered        system       obsolete expiry
recheck  expired           system       obsolete expiry
recheck  cancelled         third_party  obsolete third_party
recheck  moved             system       obsolete move
recheck  moved             distributor  obsolete move
recheck  contract_ended    system       obsolete contract
recheck  contract_ended    distributor  obsolete contract
active   withdrawn         holder       revoked  holder
active   revoked           third_party  revoked  third_party
active   revoked           distributor  revoked  distributor_for_holder
active   expired           system       obsolete expiry
active   moved             system       obsolete move
active   moved             distributor  obsolete move
active   contract_ended    system       obsolete contract
active   contract_ended    distributor  obsolete contract
active   proof_rejected    system       obsolete proof
"""


def expected():
    found = {}
    for line in EXPECTED.split("\n"):
        if line:
            state, trigger, actor, to, source = line.split()
            key = (None if state == "-" else S(state)), T(trigger), A(actor)
            found[key] = Move(S(to), None if source == "-" else EndSource(source))
    return found


@pytest.mark.parametrize("state", [None, *RightState])
def test_only_what_the_table_says_may_happen(state):
    table = expected()
    for trigger, actor in product(RightTrigger, RightActor):
        assert advance(state, trigger, actor) == table.get((state, trigger, actor))


def test_the_table_is_whole():
    assert dict(TRANSITIONS) == expected()


@pytest.mark.parametrize("state", [state for state in RightState if state.final])
def test_nothing_leaves_a_final_state(state):
    assert not any(advance(state, t, a) for t, a in product(RightTrigger, RightActor))


def test_a_final_state_says_what_ended_it_and_no_other_does():
    for move in TRANSITIONS.values():
        assert (move.source is not None) == move.to.final


def test_every_state_can_be_reached_and_every_trigger_is_used():
    assert {move.to for move in TRANSITIONS.values()} == set(RightState)
    # What its distributor says of a right is no move of the table: it may even come back.
    assert {trigger for _, trigger, _ in TRANSITIONS} == set(RightTrigger) - {
        RightTrigger.ALIGNED,
        RightTrigger.RESTORED,
    }


def test_a_state_waits_is_active_or_is_final():
    for state in RightState:
        assert [state.waiting, state is S.ACTIVE, state.final].count(True) == 1
