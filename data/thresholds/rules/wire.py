"""A draft as plain JSON, and back: how versions are kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds.types import USUAL_WINDOW, Draft, Period, Scope, ThresholdKind


def packed(draft: Draft) -> dict[str, Any]:
    """*draft* whole, its scope included."""
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
        "recipients": [_recipient(one) for one in draft.recipients],
        "pces": list(draft.scope.pces),
        "tag": draft.scope.tag,
        "window": draft.window,
        "learnt_to": draft.learnt_to.isoformat() if draft.learnt_to else None,
    }


def _recipient(one: Recipient) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "address_id": one.address_id,
        "channels": sorted(channel.value for channel in one.channels),
        "grouping": one.grouping.value,
    }


def unpacked(kept: Mapping[str, Any]) -> Draft:
    return Draft(
        name=kept["name"],
        kind=ThresholdKind(kept["kind"]),
        period=Period(kept["period"]),
        values_wh=tuple(kept["values_wh"]),
        percent=kept["percent"],
        delay=kept["delay"],
        warn_at=kept["warn_at"],
        hysteresis=kept["hysteresis"],
        consecutive=kept["consecutive"],
        valid_from=_day(kept["valid_from"]),
        valid_to=_day(kept["valid_to"]),
        severity=Severity(kept["severity"]),
        recipients=tuple(
            Recipient(
                one["user_id"],
                one["address_id"],
                frozenset(ChannelKind(channel) for channel in one["channels"]),
                Grouping(one["grouping"]),
            )
            for one in kept["recipients"]
        ),
        scope=Scope(tuple(kept["pces"]), kept["tag"]),
        # Versions of before the weather was known say neither.
        window=kept.get("window", USUAL_WINDOW),
        learnt_to=_day(kept.get("learnt_to")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
