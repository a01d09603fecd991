"""What a round makes of the rights that it heard: answers are taken, differences repaired."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from data.mirror.actions.awaiting import take_answers
from data.mirror.actions.repairing import repair_unasked
from data.mirror.actions.rounds import beat
from data.mirror.actions.weighing import alone
from data.mirror.queries.service import count_differing
from data.mirror.types import Claimed, Counts


def mend(db: Session, going: Claimed, heard_at: datetime, now: datetime) -> tuple[Claimed, bool]:
    """So much in one transaction: the round as it then is, and whether some is left.

    It counts what it repaired, and as differences those that stay. Conflict once another job has
    it.
    """
    who = going.organisation_id
    alone(db, who)
    before = count_differing(db, who)
    left = take_answers(db, who, heard_at, now)
    done = repair_unasked(db, who, now=now)
    fewer = count_differing(db, who) - before
    counts = going.counts + Counts(drifts=fewer, repaired=done.done, ended=done.ended)
    beat(db, going, now, counts)
    return replace(going, counts=counts), left or (done.left and bool(done.done))
