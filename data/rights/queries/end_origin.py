"""Tell which side ended a right, for an organisation that would open it again."""

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import aliased

from data.rights.models import AccessRight, RightEventRow
from data.rights.types import EndedBy, RightActor, RightState, RightTrigger

_FINAL = [state for state in RightState if state.final]
# The holder's decision, or an end independent of the organisation.
_STANDS = (
    RightTrigger.WITHDRAWN,
    RightTrigger.REFUSED,
    RightTrigger.MOVED,
    RightTrigger.CONTRACT_ENDED,
    RightTrigger.PROOF_REJECTED,
)
_OWN = (
    RightTrigger.REVOKED,
    RightTrigger.CANCELLED,
    RightTrigger.CONNECTION_FORGOTTEN,
    RightTrigger.SENDING_STOPPED,
)


def find_ended_by_column() -> ColumnElement[str | None]:
    """Return the `EndedBy` of an `AccessRight`; None while open, or if the end came from upstream.

    Only the last end counts; later events are ignored.
    """
    event = aliased(RightEventRow)
    forced = or_(
        event.trigger.in_(_STANDS),
        and_(event.trigger == RightTrigger.REVOKED, event.actor != RightActor.THIRD_PARTY),
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
