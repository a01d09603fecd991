"""The transition tables: of a contract, of one of its texts, and what a text's moves do to it."""

from collections.abc import Mapping

from data.contracts.types import Actor, ContractState, TextKind, TextState, Trigger

_DRAFT, _SENT = ContractState.DRAFT, ContractState.SENT
_SIGNED, _BOTH = ContractState.CLIENT_SIGNED, ContractState.COUNTERSIGNED
_ACTIVE = ContractState.ACTIVE
_CLIENT, _OPERATOR, _SYSTEM = Actor.CLIENT, Actor.OPERATOR, Actor.SYSTEM

UNDER_WAY = (_DRAFT, _SENT, _SIGNED, _BOTH)
LIVE = (*UNDER_WAY, _ACTIVE)
RENEWABLE = (_ACTIVE, ContractState.EXPIRED, ContractState.TERMINATED)

TRANSITIONS: Mapping[tuple[ContractState | None, Trigger, Actor], ContractState] = {
    **{(None, Trigger.DRAFTED, actor): _DRAFT for actor in (_CLIENT, _OPERATOR)},
    **{(_DRAFT, Trigger.SENT, actor): _SENT for actor in (_CLIENT, _OPERATOR)},
    **{(_SENT, Trigger.TAKEN_BACK, actor): _DRAFT for actor in (_CLIENT, _OPERATOR)},
    (_SENT, Trigger.REFUSED_BY_CLIENT, _CLIENT): _DRAFT,
    (_SENT, Trigger.SIGNED, _CLIENT): _SIGNED,
    (_SIGNED, Trigger.REFUSED_BY_OPERATOR, _OPERATOR): _DRAFT,
    (_SIGNED, Trigger.COUNTERSIGNED, _OPERATOR): _BOTH,
    (_BOTH, Trigger.STARTED, _SYSTEM): _ACTIVE,
    (_ACTIVE, Trigger.EXPIRED, _SYSTEM): ContractState.EXPIRED,
    (_ACTIVE, Trigger.AMENDED, _OPERATOR): _ACTIVE,
    **{
        (state, trigger, actor): ContractState.TERMINATED
        for state in (_BOTH, _ACTIVE)
        for trigger, actor in (
            (Trigger.TERMINATED_BY_CLIENT, _CLIENT),
            (Trigger.TERMINATED_BY_OPERATOR, _OPERATOR),
        )
    },
    **{
        (_DRAFT, Trigger.ABANDONED, actor): ContractState.ABANDONED
        for actor in (_CLIENT, _OPERATOR)
    },
    # Another contract follows: this one stays what it is.
    **{
        (state, Trigger.RENEWED, actor): state
        for state in RENEWABLE
        for actor in (_CLIENT, _OPERATOR)
    },
}

TEXT_TRANSITIONS: Mapping[tuple[TextState, Trigger, Actor], TextState] = {
    (TextState.OFFERED, Trigger.SIGNED, _CLIENT): TextState.CLIENT_SIGNED,
    (TextState.OFFERED, Trigger.REFUSED_BY_CLIENT, _CLIENT): TextState.REFUSED,
    **{
        (TextState.OFFERED, Trigger.TAKEN_BACK, actor): TextState.TAKEN_BACK
        for actor in (_CLIENT, _OPERATOR)
    },
    (TextState.CLIENT_SIGNED, Trigger.COUNTERSIGNED, _OPERATOR): TextState.COUNTERSIGNED,
    (TextState.CLIENT_SIGNED, Trigger.REFUSED_BY_OPERATOR, _OPERATOR): TextState.REFUSED,
    # An amendment on its way goes with its contract.
    **{
        (state, trigger, actor): TextState.TAKEN_BACK
        for state in (TextState.OFFERED, TextState.CLIENT_SIGNED)
        for trigger, actor in (
            (Trigger.EXPIRED, _SYSTEM),
            (Trigger.TERMINATED_BY_CLIENT, _CLIENT),
            (Trigger.TERMINATED_BY_OPERATOR, _OPERATOR),
        )
    },
}


def advance(state: ContractState | None, trigger: Trigger, actor: Actor) -> ContractState | None:
    """Where *trigger*, done by *actor*, leads a contract; None when it may not happen there."""
    return TRANSITIONS.get((state, trigger, actor))


def advance_text(state: TextState, trigger: Trigger, actor: Actor) -> TextState | None:
    """The same of one text. Only a contract's own moves the contract: see `moves_contract`."""
    return TEXT_TRANSITIONS.get((state, trigger, actor))


def moves_contract(kind: TextKind) -> bool:
    """An amendment is signed while its contract stays active."""
    return kind is TextKind.ORIGINAL


def ending_of(actor: Actor) -> Trigger:
    return Trigger.TERMINATED_BY_OPERATOR if actor is _OPERATOR else Trigger.TERMINATED_BY_CLIENT


def waits_for(state: ContractState, amendment: TextState | None) -> Actor | None:
    """Whose turn it is; nobody's when nothing waits."""
    if amendment is TextState.OFFERED or state in {_DRAFT, _SENT}:
        return _CLIENT
    if amendment is TextState.CLIENT_SIGNED or state is _SIGNED:
        return _OPERATOR
    return None
