"""Ten thousand exceedances told to fifty people: from the rows to the mails a real server took."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.places import place_of
from bench.postbox import Postbox, listening
from bench.report import Line, bound
from core.access import OrganisationKind, Role
from core.database import Database
from core.worker import drain
from data.identity.accounts.models import Organisation, User
from data.migrations import upgrade
from data.notifications import actions
from data.notifications.channels import create_mail_transport
from data.notifications.messages import MessageSender
from data.notifications.models import Notice, Notification
from data.notifications.types import (
    ChannelKind,
    Grouping,
    MessageDelivery,
    NotificationEvent,
    NotificationKind,
    Recipient,
    Severity,
)
from jobs.job_clock import clock_since
from jobs.notifications import NotificationWays, gather, notification_handlers

EVENTS, PEOPLE, CHUNK = 10_000, 50, 1_000
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SETTLED = NOW + timedelta(minutes=1)
DAY = date(2026, 11, 21)
DESK = MessageSender("Réseau Gaz", "https://gaz.example", "k" * 48)


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    for kind in ("sqlite", "postgresql"):
        lines: list[Line] = []
        for told in (1, 5):
            with place_of(kind) as url:
                lines += _measure(url, told)
        yield f"Notices: {EVENTS} exceedances for {PEOPLE} people, {kind}", lines


def _measure(url: str, told: int) -> list[Line]:
    """Post by chunks as the evaluation does, group, write and send; each event told to *told*."""
    database = Database(url)
    upgrade(database)
    add_people(database, PEOPLE)
    chunks = [
        [(event_of(number), people_of(number, told)) for number in range(at, at + CHUNK)]
        for at in range(0, EVENTS, CHUNK)
    ]
    box = Postbox()
    with listening(box) as smtp:
        post = create_mail_transport(smtp, "espace-client@reseau.example", Path())
        begin = time.perf_counter()
        for chunk in chunks:
            with database.transaction() as db:
                actions.post(db, chunk, NOW)
        posted = time.perf_counter() - begin
        gather(database, SETTLED)
        ways = NotificationWays(DESK, post)
        drain(database, notification_handlers(lambda: ways), clock_since(SETTLED))
        took = time.perf_counter() - begin
    with database.reading() as db:
        rows = db.scalar(select(func.count()).select_from(Notice))
        is_sent = Notification.state == MessageDelivery.SENT
        sent, failed = (db.scalar(select(func.count()).where(by)) for by in (is_sent, ~is_sent))
    database.close()
    if failed or sent != len(box.taken) or rows != EVENTS * told:
        raise RuntimeError(f"{sent} sent, {failed} failed, {len(box.taken)} taken, {rows} rows")
    name = f"each told to {told}"
    work = f"{name}: all taken by the server ({posted:.1f} s of it rows)"
    if told > 1:  # the goal is of 10 000 rows: this says how it grows
        return [Line(work, f"{took:,.1f} s, {sent} messages", "", "", "", None)]
    return [bound(f"{name}: messages", sent, "", PEOPLE), bound(work, took, "s", 3)]


def add_people(database: Database, people: int) -> None:
    with database.transaction() as db:
        company = OrganisationKind.COMPANY
        db.add(Organisation(id=1, name="Tilleuls", kind=company, created_at=NOW))
        db.flush()
        db.add_all(
            User(
                organisation_id=1,
                email=f"p{number}@tilleuls.example",
                name=f"Personne {number}",
                role=Role.FACILITY_MANAGER,
                password_hash="!",
                password_changed_at=NOW,
                created_at=NOW,
            )
            for number in range(people)
        )


def event_of(number: int) -> NotificationEvent:
    """An exceedance of a month, with the figures and the days that its mail shows."""
    pce = f"{9_000_000 + number:014d}"
    days = [(number * 7 + day * 13) % 900 * 1_000 for day in range(21)]
    return NotificationEvent(
        key=f"episode:{number}:exceeded",
        kind=NotificationKind.THRESHOLD_EXCEEDED,
        organisation_id=1,
        pce_number=pce,
        site=f"Site {number}",
        severity=Severity(1 + number % 3),
        gas_day=DAY,
        params={
            "value_wh": 14_820_000,
            "limit_wh": 14_000_000,
            "period": "month",
            "period_label": "2026-11-01",
            "over_percent": 5.9,
            "learnt_on": None,
            "provisional": True,
            "expected_on": None,
            "threshold": "Chauffage",
            "days": list(days),
        },
        path=f"/consommations?pce={pce}",
        subject=("episode", number),
    )


def people_of(number: int, told: int) -> list[Recipient]:
    """*told* people, different from one event to the next."""
    ways = frozenset({ChannelKind.EMAIL})
    return [
        Recipient(1 + (number + place) % PEOPLE, None, ways, Grouping.IMMEDIATE)
        for place in range(told)
    ]
