"""Query the alert of one PCE on a day's consumption, and when it would have rung."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from core.access import Viewer
from data.thresholds.queries.lists import get_threshold, list_thresholds
from data.thresholds.queries.trial import get_back_test, get_rare_day, get_return_margin
from data.thresholds.types import (
    DayAlert,
    ThresholdDetail,
    ThresholdDraft,
    ThresholdFilter,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)

_YEAR = timedelta(days=365)


def get_day_alert(
    db: Session, viewer: Viewer, number: str, value_wh: int | None = None
) -> DayAlert:
    """Return the alert of a PCE: as it is set, else proposed; `value_wh` tries another value."""
    detail = find_day_threshold(db, viewer, number)
    if value_wh is None:
        value_wh = _get_value(db, viewer, number, detail)
    return DayAlert(
        number,
        value_wh,
        rang_on=_list_days(db, viewer, number, value_wh) if value_wh else (),
        is_on=detail is not None and not detail.row.paused,
        threshold=detail.row.id if detail else None,
    )


def find_day_threshold(db: Session, viewer: Viewer, number: str) -> ThresholdDetail | None:
    """Return the organisation's daily limit of this PCE alone, one in force first."""
    criteria = ThresholdFilter(pce=number, kind=ThresholdKind.FIXED)
    rows, _total = list_thresholds(db, viewer, criteria)
    daily = [row for row in rows if row.period is ThresholdPeriod.DAY and not row.organisation]
    details = (get_threshold(db, viewer, row.id) for row in sorted(daily, key=lambda r: r.paused))
    return next(
        (detail for detail in details if detail.draft.scope == ThresholdScope((number,))), None
    )


def _get_value(
    db: Session, viewer: Viewer, number: str, detail: ThresholdDetail | None
) -> int | None:
    if detail is not None:
        return detail.draft.values_wh[0]
    return get_rare_day(db, viewer, number)


def _list_days(db: Session, viewer: Viewer, number: str, value_wh: int) -> tuple[date, ...]:
    draft = get_day_draft(db, viewer, number, value_wh)
    back_test = get_back_test(db, viewer, draft, number)
    days = (exceedance.exceeded_on for exceedance in back_test.exceedances)
    return tuple(day for day in days if day is not None and back_test.last - day < _YEAR)


def get_day_draft(
    db: Session, viewer: Viewer, number: str, value_wh: int, name: str = ""
) -> ThresholdDraft:
    """Return the threshold that such an alert is: no warning before, the proposed return."""
    draft = ThresholdDraft(
        name,
        ThresholdKind.FIXED,
        ThresholdPeriod.DAY,
        (value_wh,),
        warn_at=None,
        scope=ThresholdScope((number,)),
    )
    margin = get_return_margin(db, viewer, draft, number)
    return replace(draft, hysteresis=margin.percent) if margin else draft
