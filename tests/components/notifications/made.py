"""Notices, episodes and channels of the tests, each valid as it is."""

from datetime import UTC, date, datetime

from data.notifications.types import (
    AddressRow,
    ChannelKind,
    ChannelRow,
    ChannelState,
    Inbox,
    MessageDelivery,
    MessageDeliveryRow,
    MuteRow,
    NoticeRow,
    NotificationKind,
    Severity,
)
from data.thresholds.types import (
    EpisodeCounts,
    EpisodeRow,
    EpisodeState,
    HomeEpisodes,
    ThresholdKind,
    ThresholdPeriod,
)
from tests.factories import NOW, PCE

PARAMS = {
    "value_wh": 14_820_000,
    "limit_wh": 14_000_000,
    "period": "month",
    "period_label": "2026-11-01",
    "over_percent": 5.857,
    "threshold": "Chauffage",
}


def a_notice(**values):
    return NoticeRow(
        **{
            "id": 7,
            "kind": NotificationKind.THRESHOLD_EXCEEDED,
            "severity": Severity.WARNING,
            "pce_number": PCE,
            "site": "Gymnase Nord",
            "gas_day": date(2026, 11, 21),
            "params": PARAMS,
            "path": f"/consommations?pce={PCE}&episode=12",
            "subject": ("episode", 12),
            "created_at": NOW,
            "read_at": None,
        }
        | values
    )


def an_inbox(*rows, **values):
    unread = sum(row.read_at is None for row in rows)
    facts = {"total": len(rows), "unread": unread, "page": 1, "pages": 1} | values
    return Inbox(rows=rows, **facts)


def an_episode(**values):
    return EpisodeRow(
        **{
            "id": 12,
            "threshold_id": 3,
            "threshold": "Chauffage",
            "kind": ThresholdKind.FIXED,
            "period": ThresholdPeriod.MONTH,
            "severity": Severity.WARNING,
            "state": EpisodeState.EXCEEDED,
            "pce": PCE,
            "alias": "Gymnase Nord",
            "first": date(2026, 11, 21),
            "warned_on": date(2026, 11, 18),
            "exceeded_on": date(2026, 11, 21),
            "ended_on": None,
            "ending": None,
            "value_wh": 14_820_000,
            "limit_wh": 14_000_000,
            "peak_wh": 15_100_000,
            "peak_on": date(2026, 11, 22),
            "excess_wh": 1_100_000,
            "last": date(2026, 11, 21),
            "last_wh": None,
            "last_limit_wh": None,
            "expected_on": None,
            "expected_wh": None,
            "provisional": False,
            "found_at": NOW,
            "learnt_on": None,
            "acknowledged_by": "",
            "acknowledged_at": None,
            "comment": "",
            "assigned_to": "",
            "snoozed_until": None,
            "answerable": True,
            "mine": True,
        }
        | values
    )


def at_home(*rows, **values):
    exceeded = sum(row.exceeded_on is not None for row in rows)
    facts = {
        "awake": EpisodeCounts(exceeded, warned=len(rows) - exceeded),
        "snoozed": 0,
        "thresholds": 4,
        "days_without": None,
    }
    return HomeEpisodes(rows=rows, **facts | values)


def a_channel(**values):
    return ChannelRow(
        **{
            "id": 5,
            "kind": ChannelKind.WEBHOOK,
            "name": "Supervision",
            "target": "https://hooks.example/…",
            "state": ChannelState.ON,
            "off_reason": "",
            "created_at": NOW,
            "last_sent_at": None,
        }
        | values
    )


def an_address(**values):
    return AddressRow(
        **{
            "id": 9,
            "email": "astreinte@tilleuls.example",
            "language": "fr",
            "created_at": NOW,
            "confirmed_at": None,
            "stopped_at": None,
        }
        | values
    )


def a_delivery(**values):
    return MessageDeliveryRow(
        **{
            "id": 2,
            "kind": NotificationKind.NOTICES,
            "channel": ChannelKind.EMAIL,
            "channel_name": "",
            "site": "Gymnase Nord",
            "count": 1,
            "state": MessageDelivery.SENT,
            "created_at": NOW,
            "sent_at": NOW,
            "next_attempt_at": None,
            "attempts": 1,
            "error": "",
        }
        | values
    )


def a_mute(**values):
    return MuteRow(
        **{
            "id": 4,
            "kind": NotificationKind.THRESHOLD_WARNED,
            "reason": "Trop de messages",
            "until": date(2026, 12, 24),
            "created_at": datetime(2026, 11, 20, 8, tzinfo=UTC),
        }
        | values
    )
