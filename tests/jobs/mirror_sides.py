"""Two portals that send and answer, and what stands between them."""

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from structlog.testing import capture_logs
from werkzeug import Request, Response

from core import worker
from data.exchange.mirror.actions.manual_repair import repair_unasked
from data.exchange.mirror.actions.rights_list import Hearing, take_list
from data.exchange.mirror.models import MirrorConnection, MirrorRight, MirrorSending
from data.exchange.mirror.types import SendingTurn
from data.identity.accounts.models import Organisation
from data.rights.actions import answer_by_link, declare
from data.rights.models import AccessRight, RightLetterRow
from data.rights.types import LetterKind, RightState, RightTrigger
from jobs import mirror_sending as job
from jobs.job_clock import clock_since
from tests.data.exchange.mirror.distributor import page, told, upstream_of
from tests.data.exchange.mirror.sides import make_round
from tests.data.rights.conftest import EVIDENCE
from tests.data.rights.declarations import DELAYS, GOOD
from tests.factories import NOW, make_pce

OTHER = "09999999910002"
COUNTS = tuple(SendingTurn.__dataclass_fields__)


@dataclass
class Moody:
    """The distributor itself, through a line that loses requests and answers as a test says."""

    server: Any
    moods: deque[str] = field(default_factory=deque)
    silence: float = 0.8
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start: Any) -> Any:
        asked = Request(environ)
        if asked.path == "/oauth2/token":
            return self.server(environ, start)
        self.asked.append(f"{asked.method} {asked.path}")
        mood = self.moods.popleft() if self.moods else ""
        if mood.startswith("after"):  # what was asked is done, and its answer is lost
            Response.from_app(self.server, environ).get_data()
        return self._answer(mood)(environ, start)

    def _answer(self, mood: str) -> Any:
        if mood.endswith("silence"):
            time.sleep(self.silence)
        if mood.endswith(("500", "silence")):
            return told({"code_statut_traitement": "9", "message_retour_traitement": "!"}, 500)
        if mood.endswith("html"):
            return page(503)
        if mood.endswith("empty"):
            return told({}, 200)
        if mood.endswith("bare"):  # done, and nothing is said of it
            said = {"code_statut_traitement": "0000000002", "message_retour_traitement": "Fait."}
            return told(said, 201)
        if mood.endswith("429"):
            return told({}, 429, Retry_After="60")
        return self.server


class Pieces(dict):
    """A storage in memory."""

    def get(self, key):
        return self[key]


@dataclass
class Sides:
    """The portal that sends, as organisation 2, and the one it mirrors."""

    here: Any
    there: Any
    address: Any
    storage: Pieces = field(default_factory=Pieces)
    now: Any = NOW

    def turn(self, minutes: float = 0):
        """A turn of the queue, so much later."""
        self.now += timedelta(minutes=minutes)
        clock = clock_since(self.now)
        job.plan(self.here, self.now)
        handler = job.sending_handler(self.ways())
        with capture_logs() as logs:
            worker.drain(self.here, [handler], clock)
        turns = [line for line in logs if line["event"] == "mirror.sent"]
        return SendingTurn(*(sum(turn[name] for turn in turns) for name in COUNTS))

    def ways(self):
        return job.SendingWays(
            lambda _organisation, clock: upstream_of(self.here, self.address, clock),
            self.storage,
        )

    def hears(self, minutes: float = 11):
        """A list of the rights there, and ours made as they are, once all that moved has left."""
        self.now += timedelta(minutes=minutes)
        with self.here.transaction() as db:
            round_id = make_round(db)
        upstream = upstream_of(self.here, self.address, lambda: self.now)
        counts = take_list(self.here, Hearing(2, round_id, self.now), upstream.rights())
        with self.here.transaction() as db:
            repair_unasked(db, 2, now=self.now)
        return counts

    def declare(self, bob, asked=GOOD):
        with self.here.transaction() as db:
            made = declare(db, bob, asked, delays=DELAYS, now=self.now)
            assert made.problems == ()
            return made.uid

    def right(self, uid):
        with self.here.reading() as db:
            return db.scalars(select(AccessRight).where(AccessRight.uid == uid)).one()

    def rights_there(self):
        with self.there.reading() as db:
            return db.scalars(select(AccessRight).order_by(AccessRight.id)).all()

    def sendings(self):
        with self.here.reading() as db:
            return db.scalars(select(MirrorSending).order_by(MirrorSending.id)).all()

    def links(self):
        with self.here.reading() as db:
            return db.scalars(select(MirrorRight).order_by(MirrorRight.created_at)).all()

    def answer_there(self, trigger=RightTrigger.ACCEPTED):
        """What the holder says to the letter of the distributor."""
        with self.there.transaction() as db:
            asks = RightLetterRow.kind == LetterKind.CONSENT
            query = select(RightLetterRow.token).where(RightLetterRow.token != "", asks)
            token = db.scalars(query.order_by(RightLetterRow.id.desc())).first()
            answer_by_link(db, token, trigger, evidence=EVIDENCE, now=self.now)


def sends(db):
    """What organisation 2 declares leaves for there, and what differs is repaired unasked."""
    db.execute(update(Organisation).where(Organisation.id == 2).values(sends_upstream=True))
    db.execute(update(MirrorConnection).values(repairs=True))


def known_there(there, *numbers):
    with there.transaction() as db:
        for number in numbers:
            make_pce(db, number, holder_id=1, holder_name="LYCEE DES TILLEULS")


def active(sides, uid):
    return sides.right(uid).state is RightState.ACTIVE


def opened_right(sides, bob, one=GOOD):
    """A right on both sides, that its holder accepted."""
    uid = sides.declare(bob, one)
    sides.turn()
    sides.answer_there()
    sides.hears()
    assert active(sides, uid)
    return uid
