"""The transition table (domain.md §2.4): state, trigger, actor and next state."""

from collections.abc import Mapping

from data.rights.types import EndSource, Move, RightActor, RightState, RightTrigger

_FROM_NOTHING = None
_PENDING, _ACTIVE, _RECHECK = RightState.PENDING, RightState.ACTIVE, RightState.RECHECK
_REFUSED, _REVOKED, _OBSOLETE = RightState.REFUSED, RightState.REVOKED, RightState.OBSOLETE
_THIRD, _HOLDER = RightActor.THIRD_PARTY, RightActor.HOLDER
_DISTRIBUTOR, _SYSTEM = RightActor.DISTRIBUTOR, RightActor.SYSTEM

Key = tuple[RightState | None, RightTrigger, RightActor]

TRANSITIONS: Mapping[Key, Move] = {
    (_FROM_NOTHING, RightTrigger.DECLARED, _THIRD): Move(_PENDING),
    (_FROM_NOTHING, RightTrigger.DECLARED_HOLDER, _THIRD): Move(_ACTIVE),
    (_FROM_NOTHING, RightTrigger.DECLARED_HOLDER, _HOLDER): Move(_ACTIVE),
    (_FROM_NOTHING, RightTrigger.DECLARED_DOUBTFUL, _SYSTEM): Move(_RECHECK),
    (_FROM_NOTHING, RightTrigger.RELAYED, _THIRD): Move(_PENDING),
    (_PENDING, RightTrigger.TURNED_DOWN, _DISTRIBUTOR): Move(_OBSOLETE, EndSource.DISTRIBUTOR),
    (_PENDING, RightTrigger.ACCEPTED, _HOLDER): Move(_ACTIVE),
    (_PENDING, RightTrigger.REFUSED, _HOLDER): Move(_REFUSED, EndSource.HOLDER),
    (_PENDING, RightTrigger.RECALLED, _THIRD): Move(_PENDING),
    (_PENDING, RightTrigger.UNANSWERED, _SYSTEM): Move(_OBSOLETE, EndSource.EXPIRY),
    (_PENDING, RightTrigger.CANCELLED, _THIRD): Move(_OBSOLETE, EndSource.THIRD_PARTY),
    (_RECHECK, RightTrigger.CANCELLED, _THIRD): Move(_OBSOLETE, EndSource.THIRD_PARTY),
    (_PENDING, RightTrigger.CONNECTION_FORGOTTEN, _THIRD): Move(_OBSOLETE, EndSource.THIRD_PARTY),
    (_PENDING, RightTrigger.SENDING_STOPPED, _THIRD): Move(_OBSOLETE, EndSource.THIRD_PARTY),
    (_RECHECK, RightTrigger.CONFIRMED, _DISTRIBUTOR): Move(_ACTIVE),
    (_RECHECK, RightTrigger.ASKED, _DISTRIBUTOR): Move(_PENDING),
    (_RECHECK, RightTrigger.DENIED, _DISTRIBUTOR): Move(_OBSOLETE, EndSource.DISTRIBUTOR),
    (_RECHECK, RightTrigger.UNANSWERED, _SYSTEM): Move(_OBSOLETE, EndSource.EXPIRY),
    (_ACTIVE, RightTrigger.WITHDRAWN, _HOLDER): Move(_REVOKED, EndSource.HOLDER),
    # A holder who withdraws consent also refuses what is pending.
    (_PENDING, RightTrigger.WITHDRAWN, _HOLDER): Move(_REFUSED, EndSource.HOLDER),
    (_RECHECK, RightTrigger.WITHDRAWN, _HOLDER): Move(_REFUSED, EndSource.HOLDER),
    (_ACTIVE, RightTrigger.REVOKED, _THIRD): Move(_REVOKED, EndSource.THIRD_PARTY),
    (_ACTIVE, RightTrigger.REVOKED, _DISTRIBUTOR): Move(_REVOKED, EndSource.DISTRIBUTOR_FOR_HOLDER),
    (_ACTIVE, RightTrigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, EndSource.EXPIRY),
    (_ACTIVE, RightTrigger.PROOF_REJECTED, _SYSTEM): Move(_OBSOLETE, EndSource.PROOF),
    **{
        (state, RightTrigger.MOVED, actor): Move(_OBSOLETE, EndSource.MOVE)
        for state in (_PENDING, _RECHECK, _ACTIVE)
        for actor in (_DISTRIBUTOR, _SYSTEM)
    },
    **{
        (state, RightTrigger.CONTRACT_ENDED, actor): Move(_OBSOLETE, EndSource.CONTRACT)
        for state in (_PENDING, _RECHECK, _ACTIVE)
        for actor in (_DISTRIBUTOR, _SYSTEM)
    },
    # A right that ends before an answer has nothing left to answer.
    (_PENDING, RightTrigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, EndSource.EXPIRY),
    (_RECHECK, RightTrigger.EXPIRED, _SYSTEM): Move(_OBSOLETE, EndSource.EXPIRY),
}


def advance(state: RightState | None, trigger: RightTrigger, actor: RightActor) -> Move | None:
    """Return the transition for `trigger` by `actor` from `state`, None when not allowed."""
    return TRANSITIONS.get((state, trigger, actor))
