"""Replace the portal's secret key and seal the database's secrets again with it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import RowMapping, Table, select, update
from sqlalchemy.orm import Session

from core.database import Database
from core.durable_files import put_in_place, write_file
from core.errors import Conflict
from core.i18n import N_
from data.controls.files.anchors import Anchors
from data.exchange.mirror.channels import credentials_seal as connections
from data.identity.accounts.actions import sealing_key
from data.migrations import tables
from data.notifications.actions import channels
from jobs.external_parts import SECRET_KEY

SIZE = 48  # bytes of a key
NEXT = f"{SECRET_KEY}.next"  # in `var`, from before the rows are resealed until it is in use

Seal = Callable[[str, bytes], str]


@dataclass(frozen=True, slots=True)
class Sealing:
    """How the columns of a table are sealed; `open` raises InvalidToken or returns ""."""

    open: Seal
    seal: Seal


def _open_second_factor(text: str, key: bytes) -> str:
    return Fernet(key).decrypt(text.encode()).decode()


def _seal_second_factor(text: str, key: bytes) -> str:
    return Fernet(key).encrypt(text.encode()).decode()


_CHANNEL = Sealing(channels.opened, channels.sealed)
SEALINGS: Mapping[str, Sealing] = {
    "notice_channels": _CHANNEL,
    "hooks": _CHANNEL,
    "mirror_connections": Sealing(connections.opened, connections.sealed),
    "second_factors": Sealing(_open_second_factor, _seal_second_factor),
}


@dataclass(frozen=True, slots=True)
class Rotation:
    """Numbers of secrets resealed, and of those that the former key could not open."""

    resealed: int
    unreadable: int


def rotate(database: Database, var: Path, former: str, *, in_file: bool) -> Rotation:
    """Reseal everything with a new key, and put it in use; return what was done.

    The new key is on disk before any row is sealed with it. If killed, the same call goes on: what
    the new key already opens is left as it is. When the key is in the environment (not `in_file`),
    the new one stays in `var/secret-key.next` for the operator to put there.
    """
    new = _next_key(var, former)
    with database.transaction() as db:
        outcome = reseal(db, sealing_key(former), sealing_key(new))
    Anchors(var, former).sign_again(Anchors(var, new))
    if in_file:
        put_in_place(var / NEXT, var / SECRET_KEY)
    return outcome


def require_rotated(var: Path, key: str) -> None:
    """Raise Conflict when a rotation left another key than `key` to be put in use.

    What is sealed may be unreadable with `key`, for the portal and in its backups.
    """
    path = var / NEXT
    if path.exists() and path.read_text("utf8").strip() != key:
        raise Conflict(
            N_(
                "Le changement de la clé secrète n’est pas terminé, et {path} garde la nouvelle :"
                " relancez python -m jobs rotate-key, puis suivez ce qu’il affiche."
            ),
            path=path,
        )


def reseal(db: Session, former: bytes, new: bytes) -> Rotation:
    """Reseal with `new` each column named `sealed_…` that `former` opens, in one transaction."""
    resealed = unreadable = 0
    for name, sealing in SEALINGS.items():
        table = tables()[name]
        columns = [column for column in table.c if column.name.startswith("sealed_")]
        for row in db.execute(select(*table.primary_key, *columns)).all():
            values: dict[str, str] = {}
            for column in columns:
                text = getattr(row, column.name)
                new_text = _reseal(sealing, text, former, new) if text else ""
                unreadable += new_text is None
                if new_text:
                    values[column.name] = new_text
            if values:
                _store(db, table, row._mapping, values)  # noqa: SLF001 (public, named so)
                resealed += len(values)
    return Rotation(resealed, unreadable)


def holds_sealed(database: Database) -> bool:
    """Return whether the secret key seals anything in the database."""
    columns = (
        column
        for name in SEALINGS
        for column in tables()[name].c
        if column.name.startswith("sealed_")
    )
    with database.reading() as db:
        return any(
            db.scalar(select(column).where(column != "").limit(1)) is not None for column in columns
        )


def _store(db: Session, table: Table, row: RowMapping, values: Mapping[str, str]) -> None:
    of_row = [column == row[column.name] for column in table.primary_key]
    db.execute(update(table).where(*of_row).values(**values))


def _reseal(sealing: Sealing, text: str, former: bytes, new: bytes) -> str | None:
    """Return `text` sealed with `new`, "" if it already is, None if neither key opens it."""
    if _opens(sealing, text, new):
        return ""
    plain = _opens(sealing, text, former)
    return sealing.seal(plain, new) if plain else None


def _opens(sealing: Sealing, text: str, key: bytes) -> str:
    try:
        return sealing.open(text, key)
    except InvalidToken:
        return ""


def _next_key(var: Path, former: str) -> str:
    """Return the key of an interrupted rotation, or create one, on disk on return.

    A key that is already in use, left by an operator who put it in the environment, is not reused.
    """
    path = var / NEXT
    if not path.exists() or path.read_text("utf8").strip() == former:
        write_file(path, secrets.token_urlsafe(SIZE).encode())
    return path.read_text("utf8").strip()
