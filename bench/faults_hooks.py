"""Kill the webhooks' job at random: no state is lost, none is told under two numbers.

A process moves a wave of rights in one statement, then tells two webhooks of them at once: their
receivers write down what they are posted; it is ended with SIGKILL at a random moment, and the next
one goes on. In the end each move must have been told to both by one event, whose body is ever the
same, posted twice at most once a kill and webhook.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import func, insert, select, text

from bench.kills import Verdict, by_waves, emptied, preload
from bench.notices import add_people
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.worker import drain
from data.exchange.hooks import actions
from data.exchange.hooks.models import HookDelivery, HookMark
from data.exchange.hooks.types import Topic, WantedHook
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, RightEventRow
from data.rights.types import DeclarationOrigin, RightActor, RightRole, RightState, RightTrigger
from jobs import hooks
from jobs.job_clock import clock_since

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=11)  # between two processes: what the one before had in hand is free again
WAVE = 1200  # moves of one wave: three events
KEY = b"k" * 32
HOOKS = ("https://hooks.example.org/a", "https://hooks.example.org/b")


def torment(url: str, folder: Path, kills: int, seed: int) -> Verdict:
    """At least *kills* SIGKILL, then in peace; the receiver writes in *folder*."""
    preload("jobs.hooks", "data.exchange.hooks.actions")
    begin = time.monotonic()
    database, box = Database(url), folder / "received"
    prepare(database)
    box.mkdir()
    done, halfway, waves = by_waves(database, tell, str(box), _left, least=(kills, 1), seed=seed)
    posted = [json.loads(one.read_text()) for one in box.glob("*.json")]
    problems = tuple(_problems(database, posted, waves, done))
    database.close()
    twice = len(posted) - len({(one["to"], one["id"]) for one in posted})
    return Verdict(done, halfway, waves * WAVE, twice, problems, time.monotonic() - begin)


def prepare(database: Database) -> None:
    """An organisation with its webhooks and as many rights as a wave moves."""
    if database.sqlite:
        database.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.url.database}{suffix}").unlink(missing_ok=True)
    emptied(database)
    add_people(database, 1)
    with database.transaction() as db:
        where = db.scalar(text("SELECT organisation_id FROM users WHERE id = 1"))
        kind, role = OrganisationKind.COMPANY, Role.ADMINISTRATOR
        viewer = Viewer(1, where, kind, role, START.date(), contracted=True)
        for url in HOOKS:
            wanted = WantedHook(url, url, (Topic.RIGHTS,))
            actions.add_hook(db, viewer, wanted, key=KEY, now=START)
        facts = dict.fromkeys(("alias", "street", "postal_code", "city", "search"), "")
        db.add(Pce(number="09999999910001", frequency=Frequency.DAILY, tariff="T3", **facts))
        db.flush()
        db.execute(insert(AccessRight), [right_of(place, where) for place in range(WAVE)])


def right_of(place: int, organisation_id: int) -> dict[str, Any]:
    return {
        "uid": f"r{place}",
        "pce_id": 1,
        "organisation_id": organisation_id,
        "number": "09999999910001",
        "role": RightRole.AUTHORISED_SUPPLY,
        "state": RightState.PENDING,
        "holder_key": "",
        "site_key": "",
        "postal_code": "",
        "ends_key": date.max,
        "informative": True,
        "published": True,
        "contractual": True,
        "technical": True,
        "created_at": START,
        "declared_on": START.date(),
        "origin": DeclarationOrigin.DIRECT,
        "digest": "",
        "search": "",
    }


def tell(url: str, box: str, wave: int, turn: int, ready: Any) -> None:
    """The process that is killed: it makes its wave unless it is made, and tells what there is."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    ready.set()
    now = START + turn * DEAD
    with database.transaction() as db:
        made = db.scalar(select(func.count()).select_from(RightEventRow)) or 0
        if made <= wave * WAVE:
            db.execute(insert(RightEventRow), [_move(wave, place) for place in range(WAVE)])

    def deliver(parcel: Any, _at: datetime) -> None:
        """Whole or not at all, whenever the process ends: a file that is there is a post taken."""
        draft = Path(box, uuid4().hex)
        said = {"to": parcel.url, "id": parcel.id, "body": parcel.data}
        draft.write_text(json.dumps(said))
        draft.rename(draft.with_suffix(".json"))

    hooks.tell(database, now)
    hooks.announce(database, now)
    drain(database, [hooks.webhook_handler(KEY, deliver)], clock_since(now))


def _move(wave: int, place: int) -> Mapping[str, Any]:
    """Move number *wave* of a right: its instant tells it from the others."""
    return {
        "right_id": place + 1,
        "at": START + timedelta(seconds=wave),
        "trigger": RightTrigger.ACCEPTED,
        "actor": RightActor.HOLDER,
        "before": RightState.PENDING if wave % 2 else RightState.ACTIVE,
        "after": RightState.ACTIVE if wave % 2 else RightState.PENDING,
    }


def _left(database: Database) -> int:
    """What is still to be told or sent."""
    with database.reading() as db:
        waits = HookDelivery.state == MessageDelivery.QUEUED
        sent = db.scalar(select(func.count()).where(waits)) or 0
        return sent + (db.scalar(select(func.count(HookMark.id))) or 0)


def _problems(
    database: Database, posted: list[dict[str, Any]], waves: int, kills: int
) -> Iterator[str]:
    """What the receiver was posted, against what there was to say."""
    bodies: dict[str, Any] = {}
    for one in posted:
        if bodies.setdefault(one["id"], one["body"]) != one["body"]:
            yield f"{one['id']} has two bodies"
    events = {id_: body["data"].get("droits_acces", ()) for id_, body in bodies.items()}
    told = Counter(
        (line["id_droit_acces"], line["date_changement"])
        for lines in events.values()
        for line in lines
    )
    wanted = WAVE * waves
    if len(told) != wanted:
        yield f"{wanted - len(told)} lost"
    if doubled := sum(told.values()) - len(told):
        yield f"{doubled} told under two numbers"
    came = {(one["to"], one["id"]) for one in posted}
    if missed := {(to, id_) for to in HOOKS for id_, lines in events.items() if lines} - came:
        yield f"{len(missed)} events that one webhook did not hear of"
    if (twice := len(posted) - len(came)) > kills * len(HOOKS):
        yield f"{twice} posted twice for {kills} kills"
    if _left(database):
        yield f"{_left(database)} still to be sent"
