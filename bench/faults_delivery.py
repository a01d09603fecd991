"""Kill the delivery of notices at random: none is lost, and one at most is said twice a kill.

A process posts a wave of alerts, groups them and sends the mails to a real SMTP server; it is ended
with SIGKILL at a random moment, and the next one posts the same wave again and goes on. In the end
the server must have taken one mail an alert, under the one Message-ID that the alert has for ever.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from bench.kills import Verdict, by_waves, emptied, preload
from bench.notices import DESK, add_people, event_of
from bench.postbox import Postbox, listening
from core.database import Database
from core.worker import drain
from data.notifications import actions
from data.notifications.channels import MailTransport, create_mail_transport
from data.notifications.models import Notice, Notification
from data.notifications.queries import count_waiting
from data.notifications.rules import batch_message_id
from data.notifications.types import (
    ChannelKind,
    Grouping,
    MessageDelivery,
    NoticeReader,
    NoticeState,
    Recipient,
)
from jobs.job_clock import clock_since
from jobs.notifications import NotificationWays, gather, notification_handlers

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=11)  # between two processes: what the one before had in hand is free again
SETTLED = timedelta(minutes=1)
WAVE, CHUNK = 125, 25  # alerts of one wave, each for somebody else; and of one transaction


def torment(url: str, kills: int, alerts: int, seed: int) -> Verdict:
    """At least *alerts* alerts under at least *kills* SIGKILL, then in peace."""
    preload("jobs.notifications", "data.notifications.actions")
    begin = time.monotonic()
    box, database = Postbox(), Database(url)
    prepare(database)
    with listening(box) as smtp:
        least = kills, ceil(alerts / WAVE)
        done, halfway, waves = by_waves(database, tell, smtp, _left, least=least, seed=seed)
    problems = tuple(_problems(database, box, waves, done))
    database.close()
    twice = sum(box.taken.values()) - len(box.taken)
    took = time.monotonic() - begin
    return Verdict(done, halfway, waves * WAVE, twice, problems, took)


def prepare(database: Database) -> None:
    """An empty portal with as many people as a wave has alerts."""
    if database.sqlite:
        database.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.url.database}{suffix}").unlink(missing_ok=True)
    emptied(database)
    add_people(database, WAVE)


def tell(url: str, smtp: str, wave: int, turn: int, ready: Any) -> None:
    """The process that is killed: it posts its wave, known or not, and sends what there is."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    post = create_mail_transport(smtp, "espace-client@reseau.example", Path())
    ready.set()
    now = START + turn * DEAD
    for at in range(0, WAVE, CHUNK):
        with database.transaction() as db:
            actions.post(db, [told(wave, place) for place in range(at, at + CHUNK)], now)
    send(database, post, now + SETTLED)


def send(database: Database, post: MailTransport, now: datetime) -> None:
    """Gather what is due, then send it."""
    gather(database, now)
    ways = NotificationWays(DESK, post)
    drain(database, notification_handlers(lambda: ways), clock_since(now))


def told(wave: int, place: int) -> tuple[Any, list[Recipient]]:
    """Alert number *place* of a wave, for one person."""
    ways = frozenset({ChannelKind.EMAIL})
    one = Recipient(1 + place, None, ways, Grouping.IMMEDIATE)
    return event_of(wave * WAVE + place), [one]


def _left(database: Database) -> int:
    """What is still to be sent, or to be put in a message."""
    with database.reading() as db:
        pending = select(func.count()).where(Notice.state == NoticeState.PENDING)
        return count_waiting(db) + (db.scalar(pending) or 0)


def _problems(database: Database, box: Postbox, waves: int, kills: int) -> Iterator[str]:
    """What the server took, against what there was to say."""
    wanted = {
        batch_message_id(
            [told(wave, place)[0].key], NoticeReader(1 + place, None), "email:", "tilleuls.example"
        )
        for wave in range(waves)
        for place in range(WAVE)
    }
    lost, strange = wanted - set(box.taken), set(box.taken) - wanted
    twice = sum(box.taken.values()) - len(box.taken)
    if lost:
        yield f"{len(lost)} lost"
    if strange:
        yield f"{len(strange)} under another number"
    if twice > kills:
        yield f"{twice} said twice for {kills} kills"
    with database.reading() as db:
        states = Counter(db.scalars(select(Notification.state)))
    if set(states) - {MessageDelivery.SENT} or _left(database):
        yield f"the outbox is not empty: {dict(states)}"


def moods(url: str) -> Iterator[tuple[str, str]]:
    """One wave for a server in each of its moods: the mood, and what became of the wave."""
    for mood in ("down", "slow", "refusing", "greylisting"):
        database = Database(url)
        prepare(database)
        yield mood, _mood(database, mood)
        database.close()


def _mood(database: Database, mood: str) -> str:
    box = Postbox(
        greylist=mood == "greylisting",
        slow=1.0 if mood == "slow" else 0.0,
        replies={"p7@tilleuls.example": "550 no such person"} if mood == "refusing" else {},
    )
    with database.transaction() as db:
        actions.post(db, [told(0, place) for place in range(WAVE)], START)
    at = START + SETTLED
    with listening(box) as smtp:
        _turn(database, "smtp://127.0.0.1:1" if mood == "down" else smtp, at)
        box.slow = 0.0
        for minutes in (2, 7, 22):
            _turn(database, smtp, at + timedelta(minutes=minutes))
    lost = WAVE - len(box.taken) - len(box.replies)
    twice = sum(box.taken.values()) - len(box.taken)
    refused = f", {len(box.replies)} refused for good" if box.replies else ""
    return f"{lost} lost, {twice} said twice{refused}"


def _turn(database: Database, smtp: str, at: datetime) -> None:
    post = create_mail_transport(smtp, "espace-client@reseau.example", Path(), 0.3)
    send(database, post, at)
