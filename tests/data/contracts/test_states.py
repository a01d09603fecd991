"""The tables over their full product: state × what happens × who does it."""

from itertools import product

import pytest

from data.contracts.rules.labels import (
    ACTORS,
    BODIES,
    HAPPENED,
    STATES,
    STEPS,
    TEXTS,
    USES,
)
from data.contracts.rules.states import (
    LIVE,
    UNDER_WAY,
    advance,
    advance_text,
    ending_of,
    moves_contract,
    waits_for,
)
from data.contracts.types import (
    BodyKind,
    ContractActor,
    ContractState,
    ContractTrigger,
    DataUse,
    DossierStep,
    TextKind,
    TextState,
)

# From, what, by whom (c, o, s), to: the whole table, as it would be drawn on paper.
TABLE = """
-             drafted                co draft
draft         sent                   co sent
sent          taken_back             co draft
sent          refused_by_client      c  draft
sent          signed                 c  client_signed
client_signed refused_by_operator    o  draft
client_signed countersigned          o  countersigned
countersigned started                s  active
countersigned terminated_by_client   c  terminated
countersigned terminated_by_operator o  terminated
active        expired                s  expired
active        amended                o  active
active        terminated_by_client   c  terminated
active        terminated_by_operator o  terminated
active        renewed                co active
draft         abandoned              co abandoned
expired       renewed                co expired
terminated    renewed                co terminated
"""
TEXT_TABLE = """
offered       signed                 c  client_signed
offered       refused_by_client      c  refused
offered       taken_back             co taken_back
client_signed countersigned          o  countersigned
client_signed refused_by_operator    o  refused
offered       expired                s  taken_back
offered       terminated_by_client   c  taken_back
offered       terminated_by_operator o  taken_back
client_signed expired                s  taken_back
client_signed terminated_by_client   c  taken_back
client_signed terminated_by_operator o  taken_back
"""
WHO = {"c": ContractActor.CLIENT, "o": ContractActor.OPERATOR, "s": ContractActor.SYSTEM}


def drawn(table):
    lines = (line.split() for line in table.strip().splitlines())
    return {
        (before, what, WHO[who].value): after
        for before, what, actors, after in lines
        for who in actors
    }


@pytest.mark.parametrize("trigger", list(ContractTrigger))
@pytest.mark.parametrize("state", [None, *ContractState])
def test_a_contract_moves_as_drawn_and_no_other_way(state, trigger):
    for actor in ContractActor:
        after = advance(state, trigger, actor)
        key = (state.value if state else "-", trigger.value, actor.value)
        assert (after.value if after else None) == drawn(TABLE).get(key), key


@pytest.mark.parametrize("state", list(TextState))
def test_a_text_moves_as_drawn_and_no_other_way(state):
    for trigger, actor in product(ContractTrigger, ContractActor):
        after = advance_text(state, trigger, actor)
        key = (state.value, trigger.value, actor.value)
        assert (after.value if after else None) == drawn(TEXT_TABLE).get(key), key


def test_what_is_over_stays_over():
    for state, trigger, actor in product(ContractState, ContractTrigger, ContractActor):
        if state.final:
            assert advance(state, trigger, actor) in {None, state}


def test_nothing_is_in_force_without_both_signatures():
    """Whatever the way from nothing to active, it goes by the client's and the distributor's."""
    seen, ways = set(), [(None, frozenset())]
    while ways:
        state, signed = ways.pop()
        if (state, signed) in seen:
            continue
        seen.add((state, signed))
        if state is ContractState.ACTIVE:
            assert signed == {ContractTrigger.SIGNED, ContractTrigger.COUNTERSIGNED}
        for trigger, actor in product(ContractTrigger, ContractActor):
            after = advance(state, trigger, actor)
            if after is None:
                continue
            kept = frozenset() if after is ContractState.DRAFT else signed
            more = {trigger} & {ContractTrigger.SIGNED, ContractTrigger.COUNTERSIGNED}
            ways.append((after, kept | more))
    assert {state for state, _signed in seen} == {None, *ContractState}


def test_a_final_state_is_neither_under_way_nor_live():
    assert {*UNDER_WAY, ContractState.ACTIVE} == set(LIVE)
    assert set(LIVE) == {state for state in ContractState if not state.final}


def test_an_amendment_leaves_its_contract_in_force():
    assert moves_contract(TextKind.ORIGINAL)
    assert not moves_contract(TextKind.AMENDMENT)


def test_an_end_says_whose_it_is():
    assert ending_of(ContractActor.OPERATOR) is ContractTrigger.TERMINATED_BY_OPERATOR
    assert ending_of(ContractActor.CLIENT) is ContractTrigger.TERMINATED_BY_CLIENT


@pytest.mark.parametrize(
    ("state", "amendment", "who"),
    [
        (ContractState.DRAFT, None, ContractActor.CLIENT),
        (ContractState.SENT, None, ContractActor.CLIENT),
        (ContractState.CLIENT_SIGNED, None, ContractActor.OPERATOR),
        (ContractState.COUNTERSIGNED, None, None),
        (ContractState.ACTIVE, None, None),
        (ContractState.ACTIVE, TextState.OFFERED, ContractActor.CLIENT),
        (ContractState.ACTIVE, TextState.CLIENT_SIGNED, ContractActor.OPERATOR),
        (ContractState.EXPIRED, None, None),
    ],
)
def test_whose_turn_it_is(state, amendment, who):
    assert waits_for(state, amendment) is who


def test_everything_has_a_name():
    named = (
        (STATES, ContractState),
        (TEXTS, TextState),
        (HAPPENED, ContractTrigger),
        (ACTORS, ContractActor),
        (STEPS, DossierStep),
        (BODIES, BodyKind),
        (USES, DataUse),
    )
    for names, kind in named:
        assert set(names) == set(kind)
        assert len(set(names.values())) == len(names)


def test_open_texts_are_those_that_wait():
    assert {state for state in TextState if state.open} == {
        TextState.OFFERED,
        TextState.CLIENT_SIGNED,
    }
