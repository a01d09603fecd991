"""A file of many declarations, one in a hundred wrong: its preview and its commit.

Beside it, django-import-export does the same file into SQLite, and the file is only read.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert

from bench.faults_imports import ASKER, prepare_asker
from bench.faults_ingestion import START
from bench.places import places_of
from bench.report import Line, bound, ratio
from core.database import Database
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.rights.actions import charge_lookups, confirm, open_import, preview
from data.rights.types import CheckTerms, Delays, LookupCost, Stopped
from data.runs.files import Incoming, folder_of
from data.runs.types import DepositLimits
from tests.architecture.sources import ROOT
from tests.queue_work import work_runs as work

SIZE, LARGE = (10_000, 1.0, 1.5), (100_000, 10.0, 15.0)  # lines; seconds to preview, to commit
FASTER = 1 / 8  # of what django-import-export takes
MAILBOXES, BAD = 500, 100
HEAD = (
    "PCE;Libellé du site;Raison sociale;Code postal;Courriel;Début du droit;Fin du droit;"
    "Début conso;Fin conso;Contractuelles;Techniques;Informatives;Publiées"
)


def measure(*, large: bool = False) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    sizes = (SIZE, LARGE) if large else (SIZE,)
    for kind in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory() as folder,
            places_of(kind, Path(folder), "small", "large", "django", trigrams=True) as urls,
        ):
            lines = []
            for url, size in zip(urls, sizes, strict=False):
                beside = urls[-1] if size is SIZE else None
                lines += _lines(url, Path(folder), *size, beside=beside)
        yield f"Import of declarations, {kind}", lines


def _lines(
    url: str, var: Path, size: int, to_preview: float, to_commit: float, *, beside: str | None
) -> Iterator[Line]:
    alone = _read_alone(size)
    took = _import(url, var, size)
    floors = _by_django(beside, var, size) if beside else {}
    for what, goal in (("preview", to_preview), ("commit", to_commit)):
        yield bound(f"{what} of {size:,} lines", took[what], "s", goal)
        if beside:
            floor = "django-import-export", floors[what]
            yield ratio("", (took[what], "s"), floor, FASTER, most=True)
    seen = took["preview"] * 1000
    times = f"{seen / alone:.1f}"
    yield Line("", f"{seen:,.0f} ms", f"the file read alone {alone:,.0f} ms", times, "", None)


def _read_alone(size: int) -> float:
    """Milliseconds to decode the file and to cut its cells."""
    content = _content(size)
    begin = time.perf_counter()
    rows = list(csv.reader(io.StringIO(content.decode()), delimiter=";"))
    took = time.perf_counter() - begin
    assert len(rows) == size + 1
    return took * 1000


def _by_django(url: str, var: Path, size: int) -> dict[str, float]:
    """Seconds that django-import-export takes, by what it does."""
    with tempfile.TemporaryDirectory(dir=var) as folder:
        file = Path(folder) / "droits.csv"
        file.write_bytes(_content(size))
        command = [sys.executable, "bench/django_rights.py", str(file), url]
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(said.stdout)
    assert (told["rejected"], told["stored"]) == (size // BAD, size - size // BAD)
    return told


def _import(url: str, var: Path, size: int) -> dict[str, float]:
    """Seconds to preview the file, and to commit it."""
    database = Database(url)
    prepare_asker(database)
    _sites(database, size)
    file = Incoming(folder_of(var), 10**9)
    file.write(_content(size))
    kept = file.keep("droits.csv")
    with database.transaction() as db:
        run = open_import(db, ASKER, kept, DepositLimits(), folder_of(var), now=START)
    begin = time.perf_counter()
    with database.reading() as db:
        terms = CheckTerms(Delays(), START, lambda seen: _spend(database, seen))
        seen = preview(db, ASKER, run, folder_of(var), terms)
    previewed = time.perf_counter() - begin
    with database.transaction() as db:
        confirm(db, ASKER, run, now=START)
    begin = time.perf_counter()
    work(database, var, START)
    committed = time.perf_counter() - begin
    database.close()
    assert seen.counts.rejected == size // BAD
    return {"preview": previewed, "commit": committed}


def _spend(database: Database, seen: LookupCost) -> Stopped | None:
    with database.transaction() as db:
        return charge_lookups(db, ASKER, seen, START)


def _sites(database: Database, size: int) -> None:
    row = {
        "alias": "", "city": "", "street": "", "postal_code": "99123", "search": "", "tariff": "T2",
        "frequency": Frequency.MONTHLY, "holder_name": "Mairie",
    }  # fmt: skip
    with database.transaction() as db:
        rows = [{**row, "number": f"099{site:011d}"} for site in range(size)]
        db.connection().execute(insert(Pce), rows)


def _content(size: int) -> bytes:
    ends = (START.date() + timedelta(days=400)).isoformat()
    tail = f"2026-01-01;{ends};2024-01-01;{ends};OUI;OUI;NON;OUI"
    lines = [
        f"099{site:011d};Site {site};Mairie;99123;"
        f"{f'h{site % MAILBOXES}@x.example' if site % BAD else ''};{tail}"
        for site in range(size)
    ]
    return "\n".join([HEAD, *lines]).encode()
