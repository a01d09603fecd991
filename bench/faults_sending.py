"""Kill what sends rights to a distributor at random: none is lost, none is declared twice.

A process declares a wave of rights, revokes some of the wave before, and works the queue; it is
ended with SIGKILL at a random moment, and the next one goes on. The distributor takes whatever it
is told, the same twice if it is told twice, and one answer in seven is lost on the way.
"""

import logging
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import func, select, update
from werkzeug import Request, Response

from bench.kills import Verdict, emptied, preload, quiet, run_and_kill
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.i18n import PARIS
from core.worker import drain
from data.exchange.mirror.channels import open_upstream
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.types import MOVING
from data.identity.accounts.models import Organisation
from data.rights.actions import declare_many, revoke
from data.rights.models import AccessRight
from data.rights.types import DeclarationOrigin, Delays, Marks, RightState
from jobs.job_clock import clock_since
from jobs.mirror_sending import SendingWays, plan, sending_handler
from tests.data.exchange.mirror.distributor import (
    DONE,
    KEY,
    address_of,
    connect,
    lines,
    serving,
    token_answer,
    told,
)
from tests.data.rights.declarations import asked
from tests.factories import make_people

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=31)  # between two turns: what was in hand is free, what waits is due
WAVE, ENDED = 12, 4  # rights that are declared, and that are revoked of the wave before
LOST = 1 / 7  # of the answers


@dataclass
class Ledger:
    """All that the distributor was told, in order; `now` is its clock."""

    chance: random.Random
    now: datetime = START
    rights: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: Any, start: Any) -> Any:
        asked_of = Request(environ)
        if asked_of.path == "/oauth2/token":
            return token_answer()(environ, start)
        answer = self._answer(asked_of)
        lost = self.chance.random() < LOST
        return (told({}, 500) if lost else answer)(environ, start)

    def _answer(self, asked_of: Request) -> Response:
        sent = orjson.loads(asked_of.get_data() or b"{}")
        if asked_of.method == "POST":
            found = [one for one in self.rights if one["id_pce"] in sent["id_pce"]]
            return lines(*found, DONE)
        if asked_of.method == "PATCH":
            uid = asked_of.path.rpartition("/")[2]
            right = next(one for one in self.rights if one["id_droit_acces"] == uid)
            right["etat_droit_acces"] = "Révoquée"
            return told(DONE)
        stamp = self.now.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S")
        number = re.findall(r"/pce/(\w+)/", asked_of.path)[0]
        one = {**sent, "id_pce": number, "id_droit_acces": f"u-{len(self.rights)}"}
        one |= {"etat_droit_acces": "Active", "date_creation": stamp}
        self.rights.append(one)
        return told(one | DONE, 201)


def prepare(database: Database) -> None:
    """An organisation that sends what it declares."""
    emptied(database)
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr-4471", created_at=START)
        db.execute(update(Organisation).where(Organisation.id == 2).values(sends_upstream=True))


def work(url: str, root: str, wave: int, now: datetime, ready: Any = None) -> None:
    """The process that is killed: it makes its wave unless it is made, and sends what there is."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database, address = Database(url), address_of(root)
    if ready is not None:
        ready.set()
    _declare(database, wave, now)
    ways = SendingWays(
        lambda who, clock: open_upstream(database, address, KEY, who, clock),
        None,  # type: ignore[arg-type]
    )
    clock = clock_since(now)
    plan(database, now)
    drain(database, [sending_handler(ways)], clock)
    database.close()


def _declare(database: Database, wave: int, now: datetime) -> None:
    kind, role = OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER
    bob = Viewer(2, 2, kind, role, START.date(), contracted=True)
    with database.transaction() as db:
        made = db.scalar(select(func.count()).select_from(AccessRight)) or 0
        if made > wave * WAVE:
            return
        some = [asked(id_pce=f"{made + at + 1:014}") for at in range(WAVE)]
        marks = Marks(DeclarationOrigin.FILE, wave + 1)
        declare_many(db, bob, some, delays=Delays(), now=now, marks=marks)
        before = AccessRight.run_id == wave, AccessRight.state == RightState.ACTIVE
        uids = db.scalars(select(AccessRight.uid).where(*before).limit(ENDED)).all()
        if uids:
            revoke(db, bob, uids, now=now)


def torment(url: str, kills: int, seed: int) -> Verdict:
    """At least *kills* SIGKILL, then in peace until nothing waits."""
    preload("jobs.mirror_sending", "data.migrations", "bench.faults_sending")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells each call
    begin, chance = time.monotonic(), random.Random(seed)
    database, ledger = Database(url), Ledger(random.Random(seed + 1))
    prepare(database)
    done = halfway = wave = 0
    usual = 0.0
    with quiet(), serving(ledger) as root:
        while done < kills or _left(database):
            ledger.now += DEAD
            database.close()  # nothing is shared with the process to come
            calm = not usual or done >= kills
            after = None if calm else chance.uniform(0, 1.2 * usual)
            took = run_and_kill(work, (url, root, wave, ledger.now), after)
            if took is None:
                done += 1
                halfway += _left(database) > 0
            else:
                usual = max(usual, took)
                wave += done < kills
    problems = tuple(_problems(database, ledger))
    database.close()
    rows = len(ledger.rights)
    return Verdict(done, halfway, wave, rows, problems, time.monotonic() - begin)


def _left(database: Database) -> int:
    """What is still to be sent, or to be found."""
    with database.reading() as db:
        moving = select(func.count()).where(MirrorSending.state.in_(MOVING))
        pending = select(func.count()).where(AccessRight.state == RightState.PENDING)
        return (db.scalar(moving) or 0) + (db.scalar(pending) or 0)


def _problems(database: Database, ledger: Ledger) -> Iterator[str]:
    """What the distributor was told, against what was declared and revoked here."""
    heard = Counter(one["id_pce"] for one in ledger.rights)
    over = {one["id_pce"] for one in ledger.rights if one["etat_droit_acces"] == "Révoquée"}
    with database.reading() as db:
        ours = {row.number: row.state for row in db.scalars(select(AccessRight))}
    if lost := ours.keys() - heard.keys():
        yield f"{len(lost)} lost"
    if twice := sum(count > 1 for count in heard.values()):
        yield f"{twice} declared twice"
    ended = {number for number, state in ours.items() if state is RightState.REVOKED}
    if ended != over:
        yield f"{len(ended ^ over)} ended on one side alone"
