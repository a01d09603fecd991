"""Whose word ended a right here, for who would open it again."""

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import aliased

from data.rights.models import AccessRight, RightEventRow
from data.rights.types import Actor, EndedBy, RightState, Trigger

_FINAL = [state for state in RightState if state.final]
# The holder's word, or what ends a right whatever its organisation says.
_STANDS = (
    Trigger.WITHDRAWN,
    Trigger.REFUSED,
    Trigger.MOVED,
    Trigger.CONTRACT_ENDED,
    Trigger.PROOF_REJECTED,
)
_OWN = (
    Trigger.REVOKED,
    Trigger.CANCELLED,
    Trigger.CONNECTION_FORGOTTEN,
    Trigger.SENDING_STOPPED,
)


def ended_by() -> ColumnElement[str | None]:
    """Of `AccessRight`, an `EndedBy`: None while it is open, or where another end came from there.

    By what ended it the last time: what was written of it once it was over says nothing.
    """
    event = aliased(RightEventRow)
    forced = or_(
        event.trigger.in_(_STANDS),
        and_(event.trigger == Trigger.REVOKED, event.actor != Actor.THIRD_PARTY),
    )
    own = event.trigger.in_(_OWN)
    last = (
        select(case((forced, EndedBy.OTHERS.value), (own, EndedBy.ITSELF.value)))
        .where(
            event.right_id == AccessRight.id,
            event.after.in_(_FINAL),
            or_(event.before.is_(None), event.before.not_in(_FINAL)),
        )
        .order_by(event.id.desc())
        .limit(1)
        .correlate(AccessRight)
        .scalar_subquery()
    )
    return case((AccessRight.state.in_(_FINAL), last))
