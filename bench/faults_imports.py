"""Kill the import of declarations at random: no line is lost, none is declared twice."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, insert, select

import jobs.imports
from bench.faults_ingestion import DEAD, START, prepare
from bench.kills import Verdict, preload, quiet, run_and_kill
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.rights.actions import charge_lookups, confirm, open_import, preview
from data.rights.models import AccessRight, HolderLink, ImportLine, RightEventRow
from data.rights.queries import list_imports
from data.rights.types import CheckTerms, Delays, LineState
from data.runs.files import Incoming, folder_of
from data.runs.types import DepositLimits, RunState
from tests.queue_work import work_runs as work

ASKER = Viewer(
    2, 2, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, START.date(), contracted=True
)
LINES, BLOCK = 600, 40  # of a file; stored at once
BAD, TWICE = 10, 15  # one line in so many is wrong, or repeats the one before
HEAD = (
    "PCE;Raison sociale;Code postal;Courriel;Début du droit;Fin du droit;Début conso;Fin conso;"
    "Contractuelles;Techniques;Informatives;Publiées"
)


def story(turn: int) -> bytes:
    """File number *turn*: it declares sites of its own; some lines are wrong, some said twice."""
    return "\n".join([HEAD, *(_line(turn, place) for place in range(LINES))]).encode()


def _line(turn: int, place: int) -> str:
    site = place - 1 if place % TWICE == TWICE - 1 else place
    email = "" if site % BAD == 0 else f"h{site % 50}@x.example"
    ends = (START.date() + timedelta(days=400)).isoformat()
    days = f"2026-01-01;{ends};2024-01-01;{ends}"
    return f"{number(turn, site)};Mairie;99123;{email};{days};OUI;OUI;OUI;OUI"


def number(turn: int, site: int) -> str:
    return f"099{turn:05d}{site:06d}"


def deposit(database: Database, var: Path, turn: int) -> None:
    """The sites of a file, then the file, confirmed."""
    row = {
        "alias": "", "city": "", "street": "", "postal_code": "99123", "search": "", "tariff": "T2",
        "frequency": Frequency.MONTHLY, "holder_name": "Mairie",
    }  # fmt: skip
    file = Incoming(folder_of(var), DepositLimits().file_octets)
    file.write(story(turn))
    kept = file.keep(f"{turn}.csv")
    with database.transaction() as db:
        db.execute(insert(Pce), [{**row, "number": number(turn, site)} for site in range(LINES)])
        run = open_import(db, ASKER, kept, DepositLimits(), folder_of(var), now=START)
        terms = CheckTerms(Delays(), START, lambda seen: charge_lookups(db, ASKER, seen, START))
        preview(db, ASKER, run, folder_of(var), terms)
        confirm(db, ASKER, run, now=START)


def take(url: str, var: Path, now: Any, ready: Any) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    jobs.imports.BLOCK = BLOCK
    database = Database(url)
    ready.set()
    work(database, var, now)


def prepare_asker(database: Database) -> None:
    """An empty portal with one third party that has a contract."""
    prepare(database)
    with database.transaction() as db:
        db.add(
            Organisation(
                id=2,
                name="Thermia",
                kind=OrganisationKind.THIRD_PARTY,
                contracted_until=date.max,
                created_at=START,
            )
        )
        db.flush()
        db.add(
            User(
                id=2,
                organisation_id=2,
                email="nadia@thermia.example",
                name="Nadia",
                role=Role.FACILITY_MANAGER,
                password_hash="!",
                password_changed_at=START,
                created_at=START,
            )
        )


def torment(url: str, var: Path, kills: int, seed: int) -> Verdict:
    """Import under *kills* SIGKILL, then in peace, and count."""
    preload("jobs.runs", "data.migrations")
    database, begun = Database(url), time.monotonic()
    prepare_asker(database)
    with quiet():
        files, halfway = _disturb(database, var, kills, random.Random(seed))
    problems = tuple(_wrong(database, files))
    rights = _count(database, AccessRight)
    database.close()
    return Verdict(kills, halfway, files, rights, problems, time.monotonic() - begun)


def _disturb(database: Database, var: Path, kills: int, chance: random.Random) -> tuple[int, int]:
    """How many files, and how many kills left one begun and not ended."""
    url = database.url.render_as_string(hide_password=False)
    done = halfway = turn = files = 0
    usual = 0.0  # seconds that a process takes for a whole file: the first one is left in peace
    while done < kills:
        turn += 1
        if not _working(database):
            deposit(database, var, files)
            files += 1
        database.close()  # nothing is shared with the process to come
        wait = chance.uniform(0, 1.2 * usual) if usual else None
        took = run_and_kill(take, (url, var, START + turn * DEAD), wait)
        usual = max(usual, took or 0.0)
        done += took is None
        halfway += took is None and _half(database)
    work(database, var, START + (turn + 1) * DEAD)
    return files, halfway


def _imports(database: Database) -> list[Any]:
    with database.reading() as db:
        return list_imports(db, ASKER, 200)


def _working(database: Database) -> bool:
    return any(one.state is not RunState.DONE for one in _imports(database))


def _half(database: Database) -> bool:
    """Whether some lines of a file are stored and others are not; what it counts still adds up."""
    return any(0 < one.counts.waiting < one.counts.lines for one in _imports(database))


def _count(database: Database, model: Any) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def _wrong(database: Database, files: int) -> Iterator[str]:
    twice = sum(1 for place in range(LINES) if place % TWICE == TWICE - 1)
    sites = {place - 1 if place % TWICE == TWICE - 1 else place for place in range(LINES)}
    good = sum(1 for site in sites if site % BAD)
    for one in _imports(database):
        counts = one.counts
        if counts.accepted + counts.known + counts.rejected != LINES or counts.waiting:
            yield f"{one.file_name}: {counts} do not add up"
        if counts.accepted != good or counts.known > twice:
            yield f"{one.file_name}: {counts.accepted} accepted, {good} were good"
    rights = _count(database, AccessRight)
    found = rights, _count(database, RightEventRow), _count(database, HolderLink)
    if found != (good * files,) * 3:
        yield f"{found} rights, events and links where {good * files} were good"
    with database.reading() as db:
        pairs = db.scalar(select(func.count(AccessRight.pce_id.distinct())))
        told = db.scalar(
            select(func.count(ImportLine.uid.distinct())).where(
                ImportLine.state == LineState.ACCEPTED
            )
        )
    if {pairs, told} != {rights}:
        yield f"{rights} rights on {pairs} PCE, {told} said by lines"
