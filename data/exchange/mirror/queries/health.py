"""Report the mirror's health to the operator: counts and times, without naming anybody."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.exchange.mirror.models import MirrorConnection, MirrorRound, MirrorTask
from data.exchange.mirror.queries.open_parts import has_contract_in_force
from data.exchange.mirror.types import ConnectionState, MirrorHealth, RoundState


def get_mirror_health(db: Session, now: datetime) -> MirrorHealth:
    """Return the state of working connections, due reads, and refused connections."""
    working = select(MirrorConnection.organisation_id).where(
        MirrorConnection.state != ConnectionState.REFUSED,
        has_contract_in_force(MirrorConnection.organisation_id, now),
    )
    last = (
        select(func.max(MirrorRound.id))
        .where(
            MirrorRound.organisation_id.in_(working),
            MirrorRound.state.in_([RoundState.DONE, RoundState.FAILED]),
        )
        .group_by(MirrorRound.organisation_id)
    )
    query = select(MirrorRound.state, MirrorRound.ended_at, MirrorRound.counts)
    rounds = db.execute(query.where(MirrorRound.id.in_(last))).all()
    due = select(func.count(), func.min(MirrorTask.due_at)).where(
        MirrorTask.organisation_id.in_(working), MirrorTask.wished, MirrorTask.due_at <= now
    )
    waiting, since = db.execute(due).one()
    refused = (
        select(func.count())
        .select_from(MirrorConnection)
        .where(MirrorConnection.state == ConnectionState.REFUSED)
    )
    return MirrorHealth(
        min((row.ended_at for row in rounds), default=None),
        sum(row.state is RoundState.FAILED for row in rounds),
        sum(row.counts.get("faults", 0) for row in rounds),
        waiting,
        since,
        db.scalar(refused) or 0,
    )
