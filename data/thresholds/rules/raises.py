"""Raise a threshold that rings too often, and tell how often it would still ring."""

from dataclasses import replace

from data.thresholds.types import ThresholdDraft, ThresholdKind, WeekLimits

RAISES = (5, 10, 15, 20)  # percent, the smallest that helps is proposed
_WHOLE = 100
_KWH = 1000
RAISED = frozenset({ThresholdKind.FIXED, ThresholdKind.RELATIVE, ThresholdKind.WEATHER})


def raise_draft(draft: ThresholdDraft, percent: int) -> ThresholdDraft:
    """Return `draft` with higher values, to the kWh, or an allowed gap as many points wider."""
    if draft.kind is not ThresholdKind.FIXED:
        return replace(draft, percent=draft.percent + percent)
    week = WeekLimits(
        _raise_value(draft.week.weekend_wh, percent),
        _raise_value(draft.week.closed_wh, percent),
        draft.week.closed_on,
    )
    values = tuple(_raised(value, percent) for value in draft.values_wh)
    return replace(draft, values_wh=values, week=week)


def _raise_value(value_wh: int | None, percent: int) -> int | None:
    return None if value_wh is None else _raised(value_wh, percent)


def _raised(value_wh: int, percent: int) -> int:
    return -(-value_wh * (_WHOLE + percent) // (_WHOLE * _KWH)) * _KWH


def limit_percent(draft: ThresholdDraft) -> int:
    """Return the limits of `draft` in percent of its values; raised ones are more by the raise."""
    return _WHOLE if draft.kind is ThresholdKind.FIXED else _WHOLE + draft.percent
