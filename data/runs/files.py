"""Deposited files: kept under a random name outside the web root, read back whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path, PurePosixPath

from data.errors import Invalid, Unreadable
from data.runs.types import Deposit, Kept
from i18n import N_

LONGEST_NAME = 120


def keep(folder: Path, deposit: Deposit, megabytes: int) -> Kept:
    """Write *deposit* in *folder*, on the disk before this returns.

    Raises Invalid when it is empty or larger than *megabytes*.
    """
    name = cleaned(deposit.name)
    if not deposit.content:
        raise Invalid(N_("« {name} » est vide : il n’y a rien à lire."), name=name)
    if len(deposit.content) > megabytes * 1_000_000:
        raise Invalid(N_("« {name} » dépasse {most} Mo."), name=name, most=megabytes)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored_name = secrets.token_hex(16)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with os.fdopen(os.open(folder / stored_name, flags, 0o600), "wb") as file:
        file.write(deposit.content)
        file.flush()
        os.fsync(file.fileno())
    digest = hashlib.sha256(deposit.content).hexdigest()
    return Kept(name, stored_name, len(deposit.content), digest)


def cleaned(name: str) -> str:
    """The last part of *name*, whichever the system it comes from, without control signs."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign if sign.isprintable() else " " for sign in last)
    plain = " ".join(plain.encode("utf-8", "replace").decode().split())
    return plain[:LONGEST_NAME] or "sans nom"


def read_kept(folder: Path, stored_name: str, sha256: str) -> bytes:
    """The octets of a kept file; raises Unreadable when they are gone or no longer the same."""
    try:
        content = (folder / stored_name).read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(
            N_("Le fichier déposé n’est plus sur le serveur : déposez-le à nouveau.")
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unreadable(N_("Le fichier déposé a été abîmé sur le serveur : déposez-le à nouveau."))
    return content


def forget(folder: Path, stored_name: str) -> None:
    (folder / stored_name).unlink(missing_ok=True)
