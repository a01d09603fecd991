"""What the job asks before it opens any writing transaction."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.consumption.models import ReadingMark
from data.pces.models import PceMark
from data.thresholds.models import Threshold, ThresholdSweep
from data.thresholds.types import ThresholdKind


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to do; most often nothing."""

    scopes: bool
    readings: bool
    silences: bool


def is_due(db: Session, today: date) -> Due:
    """Silences depend on the day, on what came, and on what changed: all three leave a trace."""
    swept = db.scalar(select(ThresholdSweep.day))
    scopes = swept is None or swept < today or db.scalar(select(PceMark.pce_id).limit(1))
    readings = db.scalar(select(ReadingMark.pce_id).limit(1)) is not None
    due = Due(bool(scopes), readings, silences=False)
    if not (due.scopes or due.readings):
        return due
    watched = select(Threshold.id).where(Threshold.kind == ThresholdKind.MISSING).limit(1)
    return replace(due, silences=db.scalar(watched) is not None)
