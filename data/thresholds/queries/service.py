"""What the job asks before it opens any writing transaction."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from data.consumption.models import ReadingMark
from data.db import Prepared
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
    swept, marked, readings, missing = _DUE.rows(db, {})[0]
    scopes = marked or swept < today
    return Due(bool(scopes), bool(readings), silences=bool((scopes or readings) and missing))


_DUE = Prepared(
    select(
        func.coalesce(select(ThresholdSweep.day).scalar_subquery(), date.min),
        exists(select(PceMark.pce_id)),
        exists(select(ReadingMark.pce_id)),
        exists(select(Threshold.id).where(Threshold.kind == ThresholdKind.MISSING)),
    )
)
