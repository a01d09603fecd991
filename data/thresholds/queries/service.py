"""What the job asks before it opens any writing transaction."""

from dataclasses import dataclass
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
    swept = db.scalar(select(ThresholdSweep.day))
    scopes = swept is None or swept < today or db.scalar(select(PceMark.pce_id).limit(1))
    readings = db.scalar(select(ReadingMark.pce_id).limit(1)) is not None
    watched = select(Threshold.id).where(Threshold.kind == ThresholdKind.MISSING).limit(1)
    return Due(bool(scopes), readings, db.scalar(watched) is not None)
