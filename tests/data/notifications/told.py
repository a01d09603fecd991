"""Events and people of the tests of notices."""

from datetime import timedelta

from data.notifications.messages import MessageSender
from data.notifications.types import (
    ChannelKind,
    Grouping,
    NotificationEvent,
    NotificationKind,
    Recipient,
    Severity,
)
from jobs.notifications import NotificationWays
from tests.factories import NOW, PCE
from tests.queue_work import send_messages

DESK = MessageSender("Réseau Gaz", "https://gaz.example", "k" * 48)
LATER = NOW + timedelta(minutes=1)  # when what was posted at NOW has settled
DAY = NOW.date() - timedelta(days=3)
PARAMS = {
    "value_wh": 14_820_000,
    "limit_wh": 14_000_000,
    "period": "month",
    "period_label": "2026-11-01",
    "over_percent": 5.857,
    "learnt_on": None,
    "provisional": True,
    "expected_on": None,
    "threshold": "Chauffage",
    "estimate_wh": 21_400_000,
}


def an_event(key="episode:1:exceeded", **values):
    number = int(key.split(":")[1])
    return NotificationEvent(
        **{
            "key": key,
            "kind": NotificationKind.THRESHOLD_EXCEEDED,
            "organisation_id": 1,
            "pce_number": PCE,
            "site": "Gymnase Nord",
            "severity": Severity.WARNING,
            "gas_day": DAY,
            "params": PARAMS,
            "path": f"/consommations?pce={PCE}",
            "subject": ("episode", number),
        }
        | values
    )


def to(user_id=1, *channels, grouping=Grouping.IMMEDIATE, address_id=None):
    kinds = frozenset(channels or (ChannelKind.EMAIL,))
    return Recipient(user_id, address_id, kinds, grouping)


class Post:
    """A way out that keeps what it is given, or fails as told."""

    def __init__(self, error=None):
        self.sent = []
        self.error = error

    def __call__(self, message, _at):
        self.sent.append(message)
        if self.error:
            raise self.error


class Office:
    """The three ways of a portal, and the job that uses them."""

    def __init__(self, database, key=b"k" * 32):
        self.database = database
        self.mail, self.webhook, self.apprise = Post(), Post(), Post()
        self.ways = NotificationWays(DESK, self.mail, key, self.webhook, self.apprise)

    def turn(self, at=LATER):
        return send_messages(self.database, self.ways, at)
