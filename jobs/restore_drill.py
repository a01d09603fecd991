"""Restore the last backup beside the portal, compare its fingerprint, and delete it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import structlog

from core.database import Database
from core.errors import NotFound, PortalError
from core.i18n import N_, _
from data.migrations import revision_of
from jobs.backup import ALL_INSIDE, Manifest, newest, restore
from jobs.database_fingerprint import Weights, weigh_postgresql, weigh_sqlite
from jobs.external_parts import ExternalParts
from jobs.job_findings import write_noted

RESULT = "restore-drill.json"
SCRATCH = "portal_drill"  # schema on PostgreSQL, folder in `var` on SQLite
_NOTHING = N_("Il n’y a aucune sauvegarde à restaurer : rien n’a été vérifié.")
ROOM = 3  # multiple of the backup's size that must be free: its copy, and its indexes


@dataclass(frozen=True, slots=True)
class Drill:
    """Result of a restore drill; `problem` is empty when everything was restored."""

    at: str
    backup: str
    tables: int
    rows: int
    files: int
    problem: str = ""

    def __str__(self) -> str:
        """Return the sentence shown to the operator."""
        if self.problem:
            return _(self.problem)
        return _(
            "Sauvegarde {backup} restaurée à part : {tables} tables, {rows} lignes, {files}"
            " fichiers, identiques à l’original.",
            **asdict(self),
        )


def drill(
    database: Database,
    var: Path,
    now: datetime,
    passphrase: str = "",
    external: ExternalParts = ALL_INSIDE,
) -> Drill:
    """Restore the newest nightly backup separately, compare it, and record the outcome.

    Without a backup, that is the outcome: nothing was proved. If killed, the next drill first
    cleans up. The secret key of `external` is used; nothing else outside the backup is.
    """
    source = newest(var)
    name = source.name if source else ""
    try:
        if source is None:
            raise NotFound(_NOTHING)
        done = _restored(database, var, source, now, passphrase, external.secret_key)
    except PortalError as error:
        done = Drill(now.isoformat(), name, 0, 0, 0, str(error))
    write_noted(var / RESULT, asdict(done))
    logger = structlog.get_logger().bind(backup=name)
    if done.problem:
        logger.error("backup.drill_failed", problem=done.problem)
    else:
        logger.info("backup.drilled", tables=done.tables, rows=done.rows, files=done.files)
    return done


def _restored(
    database: Database, var: Path, source: Path, now: datetime, passphrase: str, secret_key: str
) -> Drill:
    external = ExternalParts(secret_key)
    if shutil.disk_usage(var).free < ROOM * _octets(source):
        return Drill(now.isoformat(), source.name, 0, 0, 0, N_("Place insuffisante sur le disque."))
    with _scratch(database, var) as (other, folder):
        manifest = restore(other, folder, source, passphrase=passphrase, external=external)
        weights = weigh_sqlite(folder / "portal.db") if other.sqlite else _weigh(other)
        problem = _difference(manifest, weights, revision_of(other))
    rows = sum(count for count, _sum in weights.values())
    return Drill(now.isoformat(), source.name, len(weights), rows, len(manifest.files), problem)


def _weigh(other: Database) -> Weights:
    with other.engine.connect() as connection:
        return weigh_postgresql(connection)


def _difference(manifest: Manifest, weights: Weights, revision: str | None) -> str:
    """Return the tables that differ; nothing is compared across two schemas."""
    if manifest.revision != revision:
        return ""
    wrong = [name for name, weight in manifest.weights.items() if weights.get(name) != weight]
    return ", ".join(sorted(wrong))


@contextmanager
def _scratch(database: Database, var: Path) -> Iterator[tuple[Database, Path]]:
    """Yield an empty database of the same kind and an empty folder, deleted afterwards."""
    folder = var / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    url = f"sqlite:///{(folder / 'portal.db').resolve()}"
    if not database.sqlite:
        _schema(database, "CREATE SCHEMA {name}")
        scratch_url = database.url.update_query_dict({"options": f"-csearch_path={SCRATCH}"})
        url = scratch_url.render_as_string(hide_password=False)
    other = Database(url)
    try:
        yield other, folder
    finally:
        other.close()
        if not database.sqlite:
            _schema(database)
        shutil.rmtree(folder, ignore_errors=True)


def _schema(database: Database, then: str = "") -> None:
    drop = "DROP SCHEMA IF EXISTS {name} CASCADE"
    with database.engine.begin() as connection:
        for statement in filter(None, (drop, then)):
            connection.exec_driver_sql(statement.format(name=SCRATCH))


def _octets(source: Path) -> int:
    return sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
