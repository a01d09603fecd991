"""Transition tables of contracts and texts, and their interaction."""

from collections.abc import Mapping

from data.contracts.types import ContractActor, ContractState, ContractTrigger, TextKind, TextState

_DRAFT, _SENT = ContractState.DRAFT, ContractState.SENT
_SIGNED, _BOTH = ContractState.CLIENT_SIGNED, ContractState.COUNTERSIGNED
_ACTIVE = ContractState.ACTIVE
_CLIENT, _OPERATOR, _SYSTEM = ContractActor.CLIENT, ContractActor.OPERATOR, ContractActor.SYSTEM

UNDER_WAY = (_DRAFT, _SENT, _SIGNED, _BOTH)
LIVE = (*UNDER_WAY, _ACTIVE)
RENEWABLE = (_ACTIVE, ContractState.EXPIRED, ContractState.TERMINATED)

TRANSITIONS: Mapping[tuple[ContractState | None, ContractTrigger, ContractActor], ContractState] = {
    **{(None, ContractTrigger.DRAFTED, actor): _DRAFT for actor in (_CLIENT, _OPERATOR)},
    **{(_DRAFT, ContractTrigger.SENT, actor): _SENT for actor in (_CLIENT, _OPERATOR)},
    **{(_SENT, ContractTrigger.TAKEN_BACK, actor): _DRAFT for actor in (_CLIENT, _OPERATOR)},
    (_SENT, ContractTrigger.REFUSED_BY_CLIENT, _CLIENT): _DRAFT,
    (_SENT, ContractTrigger.SIGNED, _CLIENT): _SIGNED,
    (_SIGNED, ContractTrigger.REFUSED_BY_OPERATOR, _OPERATOR): _DRAFT,
    (_SIGNED, ContractTrigger.COUNTERSIGNED, _OPERATOR): _BOTH,
    (_BOTH, ContractTrigger.STARTED, _SYSTEM): _ACTIVE,
    (_ACTIVE, ContractTrigger.EXPIRED, _SYSTEM): ContractState.EXPIRED,
    (_ACTIVE, ContractTrigger.AMENDED, _OPERATOR): _ACTIVE,
    **{
        (state, trigger, actor): ContractState.TERMINATED
        for state in (_BOTH, _ACTIVE)
        for trigger, actor in (
            (ContractTrigger.TERMINATED_BY_CLIENT, _CLIENT),
            (ContractTrigger.TERMINATED_BY_OPERATOR, _OPERATOR),
        )
    },
    **{
        (_DRAFT, ContractTrigger.ABANDONED, actor): ContractState.ABANDONED
        for actor in (_CLIENT, _OPERATOR)
    },
    # A renewal leaves the contract unchanged.
    **{
        (state, ContractTrigger.RENEWED, actor): state
        for state in RENEWABLE
        for actor in (_CLIENT, _OPERATOR)
    },
}

TEXT_TRANSITIONS: Mapping[tuple[TextState, ContractTrigger, ContractActor], TextState] = {
    (TextState.OFFERED, ContractTrigger.SIGNED, _CLIENT): TextState.CLIENT_SIGNED,
    (TextState.OFFERED, ContractTrigger.REFUSED_BY_CLIENT, _CLIENT): TextState.REFUSED,
    **{
        (TextState.OFFERED, ContractTrigger.TAKEN_BACK, actor): TextState.TAKEN_BACK
        for actor in (_CLIENT, _OPERATOR)
    },
    (TextState.CLIENT_SIGNED, ContractTrigger.COUNTERSIGNED, _OPERATOR): TextState.COUNTERSIGNED,
    (TextState.CLIENT_SIGNED, ContractTrigger.REFUSED_BY_OPERATOR, _OPERATOR): TextState.REFUSED,
    # A pending amendment ends with its contract.
    **{
        (state, trigger, actor): TextState.TAKEN_BACK
        for state in (TextState.OFFERED, TextState.CLIENT_SIGNED)
        for trigger, actor in (
            (ContractTrigger.EXPIRED, _SYSTEM),
            (ContractTrigger.TERMINATED_BY_CLIENT, _CLIENT),
            (ContractTrigger.TERMINATED_BY_OPERATOR, _OPERATOR),
        )
    },
}


def advance(
    state: ContractState | None, trigger: ContractTrigger, actor: ContractActor
) -> ContractState | None:
    """Return a contract's state after `trigger` by `actor`, None when not allowed."""
    return TRANSITIONS.get((state, trigger, actor))


def advance_text(
    state: TextState, trigger: ContractTrigger, actor: ContractActor
) -> TextState | None:
    """Return a text's state after `trigger`; see `moves_contract` for the contract's."""
    return TEXT_TRANSITIONS.get((state, trigger, actor))


def moves_contract(kind: TextKind) -> bool:
    """Return whether a text's transitions change the contract: those of amendments do not."""
    return kind is TextKind.ORIGINAL


def ending_of(actor: ContractActor) -> ContractTrigger:
    return (
        ContractTrigger.TERMINATED_BY_OPERATOR
        if actor is _OPERATOR
        else ContractTrigger.TERMINATED_BY_CLIENT
    )


def waits_for(state: ContractState, amendment: TextState | None) -> ContractActor | None:
    """Return the party that must act; None if nothing is pending."""
    if amendment is TextState.OFFERED or state in {_DRAFT, _SENT}:
        return _CLIENT
    if amendment is TextState.CLIENT_SIGNED or state is _SIGNED:
        return _OPERATOR
    return None
