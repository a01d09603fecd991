"""The transition table (domain.md §2.4): from, what happens, who does it, and where it leads."""

from collections.abc import Mapping

from data.rights.types import Actor, Move, RightState, Source, Trigger

_FROM_NOTHING = None
_PENDING, _ACTIVE, _RECHECK = RightState.PENDING, RightState.ACTIVE, RightState.RECHECK
_REFUSED, _REVOKED, _OBSOLETE = RightState.REFUSED, RightState.REVOKED, RightState.OBSOLETE
_THIRD, _HOLDER = Actor.THIRD_PARTY, Actor.HOLDER
_DISTRIBUTOR, _SYSTEM = Actor.DISTRIBUTOR, Actor.SYSTEM

Key = tuple[RightState | None, Trigger, Actor]

TRANSITIONS: Mapping[Key, Move] = {
    (_FROM_NOTHING, Trigger.DECLARED, _THIRD): Move(_PENDING),
    (_FROM_NOTHING, Trigger.DECLARED_HOLDER, _THIRD): Move(_ACTIVE),
    (_FROM_NOTHING, Trigger.DECLARED_HOLDER, _HOLDER): Move(_ACTIVE),
    (_FROM_NOTHING, Trigger.DECLARED_DOUBTFUL, _SYSTEM): Move(_RECHECK),
    (_FROM_NOTHING, Trigger.RELAYED, _THIRD): Move(_PENDING),
    (_PENDING, Trigger.TURNED_DOWN, _DISTRIBUTOR): Move(_OBSOLETE, Source.DISTRIBUTOR),
    (_PENDING, Trigger.ACCEPTED, _HOLDER): Move(_ACTIVE),
    (_PENDING, Trigger.REFUSED, _HOLDER): Move(_REFUSED, Source.HOLDER),
    (_PENDING, Trigger.RECALLED, _THIRD): Move(_PENDING),
    (_PENDING, Trigger.UNANSWERED, _SYSTEM): Move(_OBSOLETE, Source.EXPIRY),
    (_PENDING, Trigger.CANCELLED, _THIRD): Move(_OBSOLETE, Source.THIRD_PARTY),
    (_RECHECK, Trigger.CANCELLED, _THIRD): Move(_OBSOLETE, Source.THIRD_PARTY),
    (_PENDING, Trigger.CONNECTION_FORGOTTEN, _THIRD): Move(_OBSOLETE, Source.THIRD_PARTY),
    (_PENDING, Trigger.SENDING_STOPPED, _THIRD): Move(_OBSOLETE, Source.THIRD_PARTY),
    (_RECHECK, Trigger.CONFIRMED, _DISTRIBUTOR): Move(_ACTIVE),
    (_RECHECK, Trigger.ASKED, _DISTRIBUTOR): Move(_PENDING),
    (_RECHECK, Trigger.DENIED, _DISTRIBUTOR): Move(_OBSOLETE, Source.DISTRIBUTOR),
    (_RECHECK, Trigger.UNANSWERED, _SYSTEM): Move(_OBSOLETE, Source.EXPIRY),
    (_ACTIVE, Trigger.WITHDRAWN, _HOLDER): Move(_REVOKED, Source.HOLDER),
    # What waits for the word of a holder who takes an agreement back has it: no.
    (_PENDING, Trigger.WITHDRAWN, _HOLDER): Move(_REFUSED, Source.HOLDER),
    (_RECHECK, Trigger.WITHDRAWN, _HOLDER): Move(_REFUSED, Source.HOLDER),
    (_ACTIVE, Trigger.REVOKED, _THIRD): Move(_REVOKED, Source.THIRD_PARTY),
    (_ACTIVE, Trigger.REVOKED, _DISTRIBUTOR): Move(_REVOKED, Source.DISTRIBUTOR_FOR_HOLDER),
    (_ACTIVE, Trigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, Source.EXPIRY),
    (_ACTIVE, Trigger.PROOF_REJECTED, _SYSTEM): Move(_OBSOLETE, Source.PROOF),
    **{
        (state, Trigger.MOVED, actor): Move(_OBSOLETE, Source.MOVE)
        for state in (_PENDING, _RECHECK, _ACTIVE)
        for actor in (_DISTRIBUTOR, _SYSTEM)
    },
    **{
        (state, Trigger.CONTRACT_ENDED, actor): Move(_OBSOLETE, Source.CONTRACT)
        for state in (_PENDING, _RECHECK, _ACTIVE)
        for actor in (_DISTRIBUTOR, _SYSTEM)
    },
    # A right that ends before anybody answered has nothing left to answer.
    (_PENDING, Trigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, Source.EXPIRY),
    (_RECHECK, Trigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, Source.EXPIRY),
}


def advance(state: RightState | None, trigger: Trigger, actor: Actor) -> Move | None:
    """Where *trigger*, done by *actor*, leads from *state*; None when it may not happen there."""
    return TRANSITIONS.get((state, trigger, actor))
