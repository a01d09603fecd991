"""Write and restore backups: a folder with the database, files and a SHA-256 manifest."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select

from core.database import Database
from core.durable_files import sync_file, sync_folder
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.controls.files import storage
from data.migrations import current_name, present_tables, require_known, revision_of, upgrade
from data.runs import files as deposits
from jobs.database_dump import dump_postgresql, dump_sqlite, fill_postgresql, fill_sqlite
from jobs.database_fingerprint import Weights
from jobs.external_parts import SECRET_KEY, ExternalParts, digest_of
from jobs.key_backup import keep_keys, put_back, read_keys, refuse_others
from jobs.key_rotation import holds_sealed, require_rotated

MANIFEST = "manifest.json"
FORMAT = 1
KEPT = 7
ALL_INSIDE = ExternalParts()
_NAME = re.compile(r"\d{8}T\d{6}Z")

Progress = Callable[[str], None]


def _silent(_name: str) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of a backup; `files` maps a relative path to its SHA-256."""

    format: int
    created_at: str
    kind: str  # sqlite or postgresql
    revision: str
    files: Mapping[str, str]
    columns: Mapping[str, list[str]] = field(default_factory=dict)  # of each table, in order
    # fingerprint of each table: its rows, and their sum
    weights: Weights = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # parts outside `var` that it lacks
    key_digest: str | None = None  # of the secret key; "" if none was created, None if unknown


def backup(  # noqa: PLR0913 (passed by name)
    database: Database,
    var: Path,
    target: Path,
    now: datetime,
    *,
    passphrase: str = "",
    external: ExternalParts = ALL_INSIDE,
    progress: Progress = _silent,
) -> Manifest:
    """Write a backup into the new folder `target`; raise Conflict if it is not empty.

    The database is one consistent snapshot, even during writes. The backup is put in place whole,
    so an interrupted one never looks complete. It contains the portal's keys, sealed if there is a
    `passphrase`; `external` says what happens to the parts outside `var`. Wherever it is moved to,
    only its owner can read its files.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict(N_("« {folder} » existe déjà : indiquez un nouveau dossier."), folder=target)
    key_digest = _key_digest(database, var, external)
    missing = external.missing(var, keyless=key_digest is None)
    draft = target.with_name(f".{target.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    _copy_kept(var, draft, external)
    columns, weights = (dump_sqlite if database.sqlite else dump_postgresql)(
        database, draft, progress
    )
    _copy_kept(var, draft, external)
    keep_keys(var, draft, passphrase, external.key_files(var))
    manifest = Manifest(
        FORMAT,
        now.isoformat(),
        _kind(database),
        revision_of(database) or "",
        _digests(draft, progress),
        columns,
        weights,
        missing,
        key_digest,
    )
    _write(draft / MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False))
    if target.exists():
        target.rmdir()
    for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        sync_folder(folder)
    draft.rename(target)
    sync_folder(target.parent)
    return manifest


def _copy_kept(var: Path, draft: Path, external: ExternalParts) -> None:
    """Copy the deposited files, and the files of the bucket that the backup must contain."""
    _copy_all(_folders(var), _folders_in(draft))
    external.copy_pieces(var, draft)


def _key_digest(database: Database, var: Path, external: ExternalParts) -> str | None:
    """Return the digest of the key; None when there is none here although rows are sealed.

    Raise Conflict while a rotation of this key is not over.
    """
    if key := external.secret_key or _kept_key(var):
        require_rotated(var, key)
    return None if not key and holds_sealed(database) else digest_of(key)


def _kept_key(var: Path) -> str:
    path = var / SECRET_KEY
    return path.read_text("utf8").strip() if path.exists() else ""


def _folders(var: Path) -> tuple[Path, ...]:
    """Return the folders of a portal: files waiting to be read, proofs, contracts."""
    contracts = storage.folder_of(var, storage.CONTRACTS)
    return deposits.folder_of(var), storage.folder_of(var), contracts


def _folders_in(backup: Path) -> tuple[Path, ...]:
    """Return the same folders of a backup; an old one lacks the last."""
    return backup / "uploads", backup / "proofs", backup / "contracts"


def _copy_all(sources: Iterable[Path], targets: Iterable[Path]) -> None:
    for source, target in zip(sources, targets, strict=True):
        _copy_files(source, target)


def _copy_files(source: Path, target: Path) -> None:
    """Copy deposited files as they are now; one may disappear meanwhile, when its run ends.

    Done before and after the snapshot, so that every file the snapshot refers to is there.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in source.iterdir() if source.is_dir() else ():
        with suppress(FileNotFoundError):
            shutil.copy2(path, target / path.name)
            (target / path.name).chmod(0o600)


def restore(  # noqa: PLR0913 (passed by name)
    database: Database,
    var: Path,
    source: Path,
    *,
    passphrase: str = "",
    external: ExternalParts = ALL_INSIDE,
    without_key: bool = False,
    progress: Progress = _silent,
) -> Manifest:
    """Restore the backup `source` into an empty database; raise Invalid when it is damaged.

    Everything is verified before anything is written, and the rows come last, all at once: if
    interrupted before them, it may be run again; after them, nothing is missing. Raise Invalid
    without the secret key that opens sealed rows, unless `without_key`.
    """
    manifest = verified(source, progress)
    if manifest.kind != _kind(database):
        raise Invalid(
            N_("Cette sauvegarde vient de {found}, la base est {here} : restauration impossible."),
            found=manifest.kind,
            here=_kind(database),
        )
    require_known(manifest.revision)
    keys = read_keys(source, passphrase)
    refuse_others(var, keys)
    if not without_key:
        external.require_key(var, keys.get(SECRET_KEY, b"").decode(), manifest.key_digest)
    _make_ready(database, current_name(manifest.revision))
    put_back(var, keys)
    if external.proofs_url:
        _copy_files(deposits.folder_of(source), deposits.folder_of(var))
        external.put_pieces(var, source)
    else:
        _copy_all(_folders_in(source), _folders(var))
    os.sync()  # keys and files are on disk before the rows that refer to them
    if database.sqlite:
        fill_sqlite(database, source)
    else:
        fill_postgresql(database, source, manifest.columns, progress)
    upgrade(database)
    return manifest


def verified(source: Path, progress: Progress = _silent) -> Manifest:
    """Return the manifest of `source` after checking every file; raise Invalid."""
    manifest = _manifest(source)
    for name, expected in manifest.files.items():
        path = source / name
        if not path.is_file():
            raise Invalid(
                N_("Sauvegarde incomplète : le fichier {file} manque dans {folder}."),
                file=name,
                folder=source,
            )
        progress(name)
        if _digest(path) != expected:
            raise Invalid(
                N_("Sauvegarde abîmée : le fichier {file} de {folder} a été modifié."),
                file=name,
                folder=source,
            )
    return manifest


def newest(var: Path) -> Path | None:
    """Return the last complete nightly backup; None without any."""
    complete_backups = (path.parent for path in (var / "backups").glob(f"[!.]*/{MANIFEST}"))
    return max((path for path in complete_backups if _NAME.fullmatch(path.name)), default=None)


def nightly(
    database: Database,
    var: Path,
    now: datetime,
    passphrase: str = "",
    external: ExternalParts = ALL_INSIDE,
) -> None:
    """Back up into `var/backups`, and keep the last seven; log what the backup lacks."""
    folder = var / "backups"
    for interrupted in folder.glob(".*.partial"):
        shutil.rmtree(interrupted)
    target = folder / now.strftime("%Y%m%dT%H%M%SZ")
    try:
        result = backup(database, var, target, now, passphrase=passphrase, external=external)
    except Exception:  # on a full disk, the partial backup uses the remaining space
        shutil.rmtree(folder / f".{target.name}.partial", ignore_errors=True)
        raise
    if result.missing:
        structlog.get_logger().warning("backup.incomplete", missing=result.missing)
    mine = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for path in mine[:-KEPT]:
        shutil.rmtree(path)


def _manifest(source: Path) -> Manifest:
    try:
        content: dict[str, Any] = json.loads((source / MANIFEST).read_text("utf8"))
        manifest = Manifest(**content)
    except FileNotFoundError as error:
        raise Invalid(N_("« {folder} » n’est pas une sauvegarde."), folder=source) from error
    except (ValueError, TypeError, OSError) as error:
        raise Invalid(
            N_("Sauvegarde abîmée : le fichier {file} de {folder} a été modifié."),
            file=MANIFEST,
            folder=source,
        ) from error
    if manifest.format != FORMAT or any(not _inside(name) for name in manifest.files):
        raise Invalid(N_("« {folder} » n’est pas une sauvegarde."), folder=source)
    return manifest


def _inside(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


def _kind(database: Database) -> str:
    return "sqlite" if database.sqlite else "postgresql"


def _make_ready(database: Database, revision: str) -> None:
    """Raise Conflict unless the database is empty; give PostgreSQL the backup's schema."""
    if not database.sqlite and revision_of(database) is None:
        upgrade(database, revision)
    _refuse_unless_empty(database)
    if not database.sqlite and current_name(revision_of(database) or "") != revision:
        raise Conflict(
            N_("La base est d’une autre version que la sauvegarde : donnez une base neuve.")
        )


def _refuse_unless_empty(database: Database) -> None:
    if revision_of(database) is None:
        return
    with database.reading() as db:
        present = present_tables(db.connection()).values()
        if any(db.scalar(select(func.count()).select_from(table)) for table in present):
            raise Conflict(
                N_("La base contient déjà des données : restaurez dans une base neuve, vide.")
            )


def _digests(folder: Path, progress: Progress) -> dict[str, str]:
    digests = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        progress(name)
        sync_file(path)  # on disk before the manifest lists it
        digests[name] = _digest(path)
    return digests


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
