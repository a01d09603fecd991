"""Kill the sending of letters at random: none is lost, and one at most is sent twice a kill.

A process writes the letters of a wave of holders for two organisations and sends them through the
work queue to a real SMTP server; it is ended with SIGKILL at a random moment, and the next one goes
on. In the end each holder must have one letter, about all of their rights, which the server took
under the one Message-ID of its row.
"""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, insert, select

from bench.faults_hooks import right_of
from bench.kills import Verdict, by_waves, emptied, preload
from bench.notices import DESK
from bench.postbox import Postbox, listening
from core.access import OrganisationKind
from core.database import Database
from core.queue_models import QueueItem
from core.queue_types import ItemState
from core.worker import drain
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.notifications.channels import create_mail_transport
from data.notifications.types import MessageDelivery
from data.rights.actions import letters
from data.rights.models import AccessRight, HolderLink, RightLetterRow
from data.rights.types import LetterKind
from jobs.job_clock import clock_since
from jobs.rights import letter_handler

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=11)  # between two processes: what the one before had in hand is free again
QUARTER = timedelta(minutes=16)  # a letter that asks waits less than that
ORGANISATIONS = (1, 2)
WAVE, CHUNK = 60, 20  # letters of one wave, of each organisation; and of one transaction
RIGHTS = 2  # of each holder
_KINDS = (LetterKind.CONSENT, LetterKind.INFORMED)  # by organisation


def torment(url: str, kills: int, seed: int) -> Verdict:
    """At least *kills* SIGKILL, then in peace."""
    preload("jobs.rights", "data.rights.actions")
    begin = time.monotonic()
    box, database = Postbox(), Database(url)
    prepare(database)
    with listening(box) as smtp:
        done, halfway, waves = by_waves(
            database, write_and_send, smtp, _count_unsent, least=(kills, 1), seed=seed
        )
    problems = tuple(_problems(database, box, waves, done))
    database.close()
    twice = sum(box.taken.values()) - len(box.taken)
    count = waves * WAVE * len(ORGANISATIONS)
    return Verdict(done, halfway, count, twice, problems, time.monotonic() - begin)


def prepare(database: Database) -> None:
    """Two third parties, each with two rights that wait for each of its holders."""
    if database.sqlite:
        database.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.url.database}{suffix}").unlink(missing_ok=True)
    emptied(database)
    third_party = OrganisationKind.THIRD_PARTY
    facts = dict.fromkeys(("alias", "street", "postal_code", "city", "search"), "")
    with database.transaction() as db:
        db.add(Pce(number="09999999910001", frequency=Frequency.DAILY, tariff="T3", **facts))
        for id_ in ORGANISATIONS:
            name = f"Thermia {id_}"
            db.add(Organisation(id=id_, name=name, kind=third_party, created_at=START))
        db.flush()
        for id_ in ORGANISATIONS:
            rights = [right_of(place, id_) for place in range(WAVE * RIGHTS)]
            rows = [right | {"uid": f"{id_}-{right['uid']}"} for right in rights]
            db.execute(insert(AccessRight), rows)


def write_and_send(url: str, smtp: str, wave: int, turn: int, ready: Any) -> None:
    """The process that is killed: it writes what its wave lacks, and sends what there is."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    post = create_mail_transport(smtp, "espace-client@reseau.example", Path())
    ready.set()
    now = START + turn * DEAD
    for organisation_id, kind in zip(ORGANISATIONS, _KINDS, strict=True):
        with database.reading() as db:
            rights = select(AccessRight.id).where(AccessRight.organisation_id == organisation_id)
            right_ids = db.scalars(rights.order_by(AccessRight.id)).all()
            mine = RightLetterRow.organisation_id == organisation_id
            of_wave = RightLetterRow.email.startswith(f"h{wave}-")
            written = db.scalar(select(func.count(RightLetterRow.id)).where(mine, of_wave)) or 0
        for at in range(written, WAVE, CHUNK):
            addressed = [
                (right_ids[place * RIGHTS + number], email_of(wave, organisation_id, place))
                for place in range(at, at + CHUNK)
                for number in range(RIGHTS)
            ]
            with database.transaction() as db:
                letters.write(db, organisation_id, kind, addressed, now - QUARTER)
    drain(database, [letter_handler(post, lambda: DESK)], clock_since(now))


def email_of(wave: int, organisation_id: int, place: int) -> str:
    return f"h{wave}-{organisation_id}-{place}@holders.example"


def _count_unsent(database: Database) -> int:
    with database.reading() as db:
        unsent = RightLetterRow.state != MessageDelivery.SENT
        return db.scalar(select(func.count(RightLetterRow.id)).where(unsent)) or 0


def _problems(database: Database, box: Postbox, waves: int, kills: int) -> Iterator[str]:
    """What the rows and the server say, against what there was to send."""
    wanted = Counter(
        email_of(wave, organisation_id, place)
        for wave in range(waves)
        for organisation_id in ORGANISATIONS
        for place in range(WAVE)
    )
    row = RightLetterRow
    with database.reading() as db:
        written = Counter(db.scalars(select(row.email)))
        message_ids = set(db.scalars(select(row.message_id)))
        links = select(func.count(HolderLink.right_id)).group_by(HolderLink.token_hash)
        linked = set(db.scalars(links))
        with_token = db.scalar(select(func.count(row.id)).where(row.token != "")) or 0
        left = QueueItem.state != ItemState.DONE
        queued = db.scalar(select(func.count(QueueItem.id)).where(left)) or 0
    if lost := wanted - written:
        yield f"{lost.total()} never written"
    if doubled := written - wanted:
        yield f"{doubled.total()} written twice"
    if linked != {RIGHTS}:
        yield f"letters about {sorted(linked)} rights instead of {RIGHTS}"
    if unsent := message_ids - set(box.taken):
        yield f"{len(unsent)} lost"
    if strange := set(box.taken) - message_ids:
        yield f"{len(strange)} under another number"
    if (twice := sum(box.taken.values()) - len(box.taken)) > kills:
        yield f"{twice} sent twice for {kills} kills"
    if _count_unsent(database) or with_token or queued:
        yield f"{_count_unsent(database)} unsent, {with_token} with a link, {queued} items queued"
