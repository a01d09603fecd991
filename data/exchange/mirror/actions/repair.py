"""Apply answers and repair differences after the rights of a round."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from data.exchange.mirror.actions.manual_repair import repair_unasked
from data.exchange.mirror.actions.pending_answers import take_answers
from data.exchange.mirror.actions.reconciliation import alone
from data.exchange.mirror.actions.rounds import record
from data.exchange.mirror.queries.unscoped import count_differing
from data.exchange.mirror.types import ClaimedRound, RoundCounts


def mend(
    db: Session, going: ClaimedRound, heard_at: datetime, now: datetime
) -> tuple[ClaimedRound, bool]:
    """Repair one batch; return the updated round, and whether more is left.

    The round counts repaired and remaining differences. Raise Conflict when it is over.
    """
    who = going.organisation_id
    alone(db, who)
    before = count_differing(db, who)
    has_more = take_answers(db, who, heard_at, now)
    done = repair_unasked(db, who, now=now)
    fewer = count_differing(db, who) - before
    counts = going.counts + RoundCounts(drifts=fewer, repaired=done.done, ended=done.ended)
    record(db, going, counts)
    return replace(going, counts=counts), has_more or (done.has_more and bool(done.done))
