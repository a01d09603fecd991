"""Back up the portal's keys, which sessions, second factors and packs depend on."""

import io
import secrets
import tarfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import Conflict, Invalid
from core.i18n import N_

KEPT = ("secret-key", "journal-anchors", "seal")  # in `var`, if present
OPEN, SEALED = "keys.tar", "keys.sealed"
_SALT = 16
_MOST = 10_000_000  # bytes of a key's file


def keep_keys(var: Path, folder: Path, passphrase: str, external: Mapping[str, bytes]) -> None:
    """Write the keys of `var`, and `external` ones, into `folder`; a `passphrase` seals them."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in KEPT:
            if (var / name).exists() and name not in external:
                archive.add(var / name, name)
        for name, key in external.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(key), 0o600
            archive.addfile(member, io.BytesIO(key))
    path = folder / (SEALED if passphrase else OPEN)
    path.touch(mode=0o600)
    path.write_bytes(_seal(content.getvalue(), passphrase) if passphrase else content.getvalue())


def read_keys(folder: Path, passphrase: str) -> dict[str, bytes]:
    """Return the keys of a backup by their path in `var`; none in older backups.

    Raise Invalid when they are sealed and `passphrase` does not open them.
    """
    if (folder / SEALED).exists():
        return _files_in(_open((folder / SEALED).read_bytes(), passphrase))
    return _files_in((folder / OPEN).read_bytes()) if (folder / OPEN).exists() else {}


def refuse_others(var: Path, keys: dict[str, bytes]) -> None:
    """Raise Conflict when `var` has a key that is not the one of the backup."""
    for name, content in keys.items():
        here = var / name
        if here.exists() and here.read_bytes() != content:
            raise Conflict(
                N_(
                    "« {file} » existe déjà et n’est pas celui de la sauvegarde : mettez-le de"
                    " côté, puis recommencez."
                ),
                file=here,
            )


def put_back(var: Path, keys: dict[str, bytes]) -> None:
    """Write into `var` the keys that it lacks, readable by the owner only."""
    for name, content in keys.items():
        path = var / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(content)


def _files_in(content: bytes) -> dict[str, bytes]:
    files = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            is_kept = member.name.split("/")[0] in KEPT and ".." not in member.name.split("/")
            file = archive.extractfile(member) if member.isfile() and is_kept else None
            if file is not None and member.size <= _MOST:
                files[member.name] = file.read()
    return files


def _seal(content: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(_SALT)
    return salt + _fernet(passphrase, salt).encrypt(content)


def _open(content: bytes, passphrase: str) -> bytes:
    try:
        return _fernet(passphrase, content[:_SALT]).decrypt(content[_SALT:])
    except InvalidToken as error:
        raise Invalid(
            N_(
                "La phrase secrète n’ouvre pas les clés de cette sauvegarde : donnez dans"
                " PORTAL_BACKUP_PASSPHRASE celle qui l’a scellée."
            )
        ) from error


def _fernet(passphrase: str, salt: bytes) -> Fernet:
    """Return a key that costs 32 MB and a tenth of a second per guess (RFC 7914)."""
    key = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())
    return Fernet(urlsafe_b64encode(key))
