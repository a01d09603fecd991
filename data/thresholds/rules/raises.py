"""Raise a threshold that rings too often, and tell how often it would still ring."""

from dataclasses import replace

from data.thresholds.types import ThresholdDraft, ThresholdKind, WeekLimits

RAISE = 5  # percent
_WHOLE = 100
_KWH = 1000
RAISED = frozenset({ThresholdKind.FIXED, ThresholdKind.RELATIVE, ThresholdKind.WEATHER})


def raise_draft(draft: ThresholdDraft) -> ThresholdDraft:
    """Return `draft` with values 5 % higher, to the kWh, or an allowed gap 5 points wider."""
    if draft.kind is not ThresholdKind.FIXED:
        return replace(draft, percent=draft.percent + RAISE)
    week = WeekLimits(
        _raise_value(draft.week.weekend_wh),
        _raise_value(draft.week.closed_wh),
        draft.week.closed_on,
    )
    values = tuple(_raised(value) for value in draft.values_wh)
    return replace(draft, values_wh=values, week=week)


def _raise_value(value_wh: int | None) -> int | None:
    return None if value_wh is None else _raised(value_wh)


def _raised(value_wh: int) -> int:
    return -(-value_wh * (_WHOLE + RAISE) // (_WHOLE * _KWH)) * _KWH


def limit_percent(draft: ThresholdDraft) -> int:
    """Return the limits of `draft` in percent of its values; the raised ones are `RAISE` more."""
    return _WHOLE if draft.kind is ThresholdKind.FIXED else _WHOLE + draft.percent
