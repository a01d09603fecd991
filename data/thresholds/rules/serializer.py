"""Serialize a draft as plain JSON, as versions store it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds.types import (
    USUAL_WINDOW,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    WeekLimits,
)


def packed(draft: ThresholdDraft) -> dict[str, Any]:
    """Return `draft` as JSON values, its scope included."""
    return {
        "name": draft.name,
        "kind": draft.kind.value,
        "period": draft.period.value,
        "values_wh": list(draft.values_wh),
        "percent": draft.percent,
        "delay": draft.delay,
        "warn_at": draft.warn_at,
        "hysteresis": draft.hysteresis,
        "consecutive": draft.consecutive,
        "valid_from": draft.valid_from.isoformat() if draft.valid_from else None,
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else None,
        "severity": int(draft.severity),
        "recipients": [
            {
                "user_id": recipient.user_id,
                "address_id": recipient.address_id,
                "channels": sorted(channel.value for channel in recipient.channels),
                "grouping": recipient.grouping.value,
                **({"after_hours": recipient.after_hours} if recipient.after_hours else {}),
            }
            for recipient in draft.recipients
        ],
        "pces": list(draft.scope.pces),
        "tag": draft.scope.tag,
        "window": draft.window,
        "learnt_to": draft.learnt_to.isoformat() if draft.learnt_to else None,
        **_packed_week(draft.week),
    }


def unpacked(stored: Mapping[str, Any]) -> ThresholdDraft:
    return ThresholdDraft(
        name=stored["name"],
        kind=ThresholdKind(stored["kind"]),
        period=ThresholdPeriod(stored["period"]),
        values_wh=tuple(stored["values_wh"]),
        percent=stored["percent"],
        delay=stored["delay"],
        warn_at=stored["warn_at"],
        hysteresis=stored["hysteresis"],
        consecutive=stored["consecutive"],
        valid_from=_day(stored["valid_from"]),
        valid_to=_day(stored["valid_to"]),
        severity=Severity(stored["severity"]),
        recipients=tuple(
            Recipient(
                recipient["user_id"],
                recipient["address_id"],
                frozenset(ChannelKind(channel) for channel in recipient["channels"]),
                Grouping(recipient["grouping"]),
                recipient.get("after_hours", 0),
            )
            for recipient in stored["recipients"]
        ),
        scope=ThresholdScope(tuple(stored["pces"]), stored["tag"]),
        # Missing in versions older than weather-corrected thresholds.
        window=stored.get("window", USUAL_WINDOW),
        learnt_to=_day(stored.get("learnt_to")),
        week=WeekLimits(
            stored.get("weekend_wh"), stored.get("closed_wh"), tuple(stored.get("closed_on", ()))
        ),
    )


def _packed_week(week: WeekLimits) -> dict[str, Any]:
    if not week.is_set:
        return {}
    return {
        "weekend_wh": week.weekend_wh,
        "closed_wh": week.closed_wh,
        "closed_on": list(week.closed_on),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
