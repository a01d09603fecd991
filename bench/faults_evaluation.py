"""Kill the evaluation of thresholds at random: no episode is lost, none is told twice.

Each turn stores days that exceed, end, correct and repeat, then lets a process evaluate them, and
ends that process with SIGKILL at a random moment until one comes to its end. In the end the
episodes and the notices are compared with those of a portal that nobody disturbed.
"""

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select

from bench.kills import Verdict, compare, emptied, preload, quiet, run_and_kill
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from data.identity.accounts.models import Organisation, User
from data.metering.consumption.actions import store
from data.metering.consumption.models import ReadingMark
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.notifications.models import Notice, NoticeEvent
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.provenance import FEED
from data.thresholds import actions
from data.thresholds.models import Episode, Threshold
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod, ThresholdScope
from jobs.thresholds import evaluate

FIRST = date(2026, 8, 1)
PCES, DAYS, CHUNK = 40, 6, 4
SILENT = 20, 8  # of so many turns, so many say nothing of a PCE


def torment(urls: tuple[str, str], kills: int, seed: int) -> Verdict:
    """Disturb the first database, leave the second in peace, and compare."""
    preload("jobs.thresholds", "data.migrations")
    begin = time.monotonic()
    with quiet():
        turns, halfway = _disturbed(urls[0], kills, seed)
        _undisturbed(urls[1], turns)
    one, other = _tables(urls[0]), _tables(urls[1])
    took = time.monotonic() - begin
    told = len(one["notices"])
    return Verdict(kills, halfway, turns, told, tuple(compare(one, other)), took)


def _prepare(database: Database) -> None:
    emptied(database)
    now = _at(0)
    viewer = Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, FIRST)
    with database.transaction() as db:
        kind = OrganisationKind.COLLECTIVITY
        db.add(Organisation(id=1, name="Tilleuls", kind=kind, created_at=now))
        db.flush()
        who = {"email": "alice@tilleuls.example", "name": "Alice", "role": Role.FACILITY_MANAGER}
        dates = {"password_changed_at": now, "created_at": now}
        db.add(User(id=1, organisation_id=1, password_hash="!", **who, **dates))
        db.add_all(
            Pce(id=n + 1, number=_number(n), holder_id=1, frequency=Frequency.DAILY)
            for n in range(PCES)
        )
        db.flush()
        for draft in _drafts():
            actions.create(db, viewer, draft, now=now)


def _drafts() -> list[ThresholdDraft]:
    told = Recipient(1, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE)
    rest: dict[str, Any] = {
        "recipients": (told,),
        "scope": ThresholdScope(tuple(_number(n) for n in range(PCES))),
    }
    return [
        ThresholdDraft("day", ThresholdKind.FIXED, ThresholdPeriod.DAY, (100_000,), **rest),
        ThresholdDraft(
            "month", ThresholdKind.FIXED, ThresholdPeriod.MONTH, (2_000_000,) * 12, **rest
        ),
        ThresholdDraft("low", ThresholdKind.LOW, ThresholdPeriod.DAY, (0,), **rest),
        ThresholdDraft("silent", ThresholdKind.MISSING, ThresholdPeriod.DAY, delay=0, **rest),
    ]


def _number(place: int) -> str:
    return f"0999999994{place:04d}"


def _at(turn: int) -> datetime:
    return datetime(2026, 8, 1, 8, tzinfo=UTC) + timedelta(days=turn)


def _deliver(database: Database, turn: int) -> None:
    """The last days of every PCE: most are said again, some otherwise; some fall silent."""
    for place in range(PCES):
        if (turn + place) % SILENT[0] < SILENT[1]:
            continue
        chance = random.Random(f"{place}/{turn}")
        days = [_day(FIRST + timedelta(days=turn - n), chance) for n in range(min(DAYS, turn + 1))]
        with database.transaction() as db:
            delivery = PceDelivery(None, tuple(days), ())
            store(db, place + 1, delivery, as_of=_at(turn).date(), now=_at(turn), provenance=FEED)


def _day(day: date, chance: random.Random) -> DayStatement:
    wh = chance.choice([0, 40_000, 60_000, 85_000, 97_000, 130_000])
    return DayStatement(
        day, wh, wh // 10, None, None, None, None, Quality.MEASURED, Status.PROVISIONAL
    )


def judged(url: str, turn: int, ready: Any) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    ready.set()
    evaluate(database, _at(turn), chunk=CHUNK)


def _disturbed(url: str, kills: int, seed: int) -> tuple[int, int]:
    """How many turns, and how many kills left some PCE judged and others not."""
    chance, database = random.Random(seed), Database(url)
    _prepare(database)
    done = halfway = turn = 0
    usual = 0.0
    while done < kills:
        _deliver(database, turn)
        took = None
        while took is None:
            database.close()  # nothing is shared with the process to come
            wait = chance.uniform(0, 1.2 * usual) if usual and done < kills else None
            took = run_and_kill(judged, (url, turn), wait)
            if took is None:
                done += 1
                with database.reading() as db:
                    left = db.scalar(select(func.count()).select_from(ReadingMark)) or 0
                halfway += 0 < left < PCES
        usual = max(usual, took)
        turn += 1
    database.close()
    return turn, halfway


def _undisturbed(url: str, turns: int) -> None:
    database = Database(url)
    _prepare(database)
    for turn in range(turns):
        _deliver(database, turn)
        evaluate(database, _at(turn))
    database.close()


def _tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but the ids, which a transaction undone uses up."""
    database, found = Database(url), {}
    unlike = {"id", "found_at", "changed_at"}
    columns = [c for c in Episode.__table__.c if c.name not in unlike]
    with database.reading() as db:
        found["episodes"] = _rows(db, select(*columns))
        event = NoticeEvent
        said = select(event.pce_number, event.kind, event.gas_day, event.params, Notice.user_id)
        found["notices"] = _rows(db, said.join(Notice, Notice.event_id == event.id))
        keys = db.scalars(select(event.key)).all()
        found["doubled keys"] = [(key,) for key in set(keys) if keys.count(key) > 1]
        found["marks"] = _rows(db, select(ReadingMark.pce_id))
        found["thresholds"] = _rows(db, select(Threshold.name))
    database.close()
    return found


def _rows(db: Any, query: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in db.execute(query)), key=repr)
