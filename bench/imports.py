"""A file of many declarations, one in a hundred wrong: its preview and its commit."""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert

from bench.faults import STAFF, START, prepare, urls_of
from bench.report import Line, bound
from data.db import Database
from data.pces.models import Pce
from data.pces.types import Frequency
from data.rights.actions import confirm, open_import, preview
from data.rights.types import Delays
from data.runs.files import Incoming, folder_of
from data.runs.types import Limits
from jobs.runs import work

SIZES = ((10_000, 1.0, 1.5), (100_000, 10.0, 15.0))  # lines; seconds to preview, to commit
MAILBOXES, BAD = 500, 100
HEAD = (
    "PCE;Libellé du site;Raison sociale;Code postal;Courriel;Début du droit;Fin du droit;"
    "Début conso;Fin conso;Contractuelles;Techniques;Informatives;Publiées"
)


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, urls_of(kind, Path(folder)) as urls:
            lines = [
                one
                for url, size in zip(urls, SIZES, strict=True)
                for one in _import(url, Path(folder), *size)
            ]
        yield f"Import of declarations, {kind}", lines


def _import(url: str, var: Path, size: int, to_preview: float, to_commit: float) -> Iterator[Line]:
    database = Database(url)
    prepare(database)
    _sites(database, size)
    file = Incoming(folder_of(var), 10**9)
    file.write(_content(size))
    kept = file.keep("droits.csv")
    with database.transaction() as db:
        run = open_import(db, STAFF, kept, Limits(), folder_of(var), now=START)
    begin = time.perf_counter()
    with database.reading() as db:
        seen = preview(db, STAFF, run, folder_of(var), delays=Delays(), now=START)
    yield bound(f"preview of {size:,} lines", time.perf_counter() - begin, "s", to_preview)
    with database.transaction() as db:
        confirm(db, STAFF, run, now=START)
    begin = time.perf_counter()
    work(database, var, START)
    yield bound(f"commit of {size:,} lines", time.perf_counter() - begin, "s", to_commit)
    database.close()
    assert seen.counts.rejected == size // BAD


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
