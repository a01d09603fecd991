"""Store pieces of proof and contracts: folders outside the web root, or a bucket."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from core.durable_files import make_folder, put_in_place
from core.errors import Unreadable
from core.file_age import modified_before
from core.i18n import N_

_KEY = re.compile(r"[0-9a-f]{32}")
_DRAFT = ".draft"
PROOFS, CONTRACTS = "proofs", "contracts"


class Storage(Protocol):
    """Octets under random keys. Unavailable is raised when the place does not answer."""

    def put_object(self, content: bytes) -> str:
        """Keep *content*, whole and on the disk once it returns; its key."""

    def put_as(self, key: str, content: bytes) -> None:
        """Keep *content* under the *key* that another store gave it; the same again is harmless."""

    def get(self, key: str) -> bytes:
        """The octets of a key; raises Unreadable when there are none."""

    def delete(self, key: str) -> None:
        """Leave nothing of it; nothing happens when there is nothing."""

    def names(self, older_than: timedelta | None = None) -> Iterator[str]:
        """List the keys kept, or those put longer than *older_than* ago by the store's own clock.

        What came since may await its commit.
        """


def folder_of(var: Path, place: str = PROOFS) -> Path:
    """Where the pieces of a portal are, unless they are in a bucket."""
    return var / place


def storage_at(url: str, var: Path, place: str = PROOFS) -> Storage:
    """The storage that *url* names, as `bucket.py` says; "" is a folder of *var*.

    Contracts have a *place* of their own beside the proofs: what is nobody's is erased in each.
    """
    if not url:
        return Folder(folder_of(var, place))
    from data.controls.files.s3 import S3Storage

    return S3Storage(url if place == PROOFS else _beside(url, place))


def _beside(url: str, place: str) -> str:
    """`…/bucket/folder-contracts`, or `…/bucket/contracts` where the proofs have no folder."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    joint = "-" if path.strip("/").count("/") else "/"
    return parts._replace(path=f"{path}{joint}{place}").geturl()


def new_key() -> str:
    return secrets.token_hex(16)


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def digest_of(content: bytes) -> str:
    """The SHA-256 that is kept with a piece."""
    return hashlib.sha256(content).hexdigest()


def gone() -> Unreadable:
    return Unreadable(N_("Cette pièce n’est plus dans le stockage : déposez-la à nouveau."))


def read_piece(storage: Storage, key: str, sha256: str) -> bytes:
    """The octets of a kept piece; raises Unreadable when they are gone or no longer the same."""
    content = storage.get(key)
    if digest_of(content) != sha256:
        raise Unreadable(N_("Cette pièce a été abîmée dans le stockage : déposez-la à nouveau."))
    return content


class Folder:
    """A folder of this machine; a file has its name only once it is whole and on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_object(self, content: bytes) -> str:
        key = new_key()
        self.put_as(key, content)
        return key

    def put_as(self, key: str, content: bytes) -> None:
        make_folder(self._folder)
        draft = self._folder / (key + _DRAFT)
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
            file.write(content)
        put_in_place(draft, self._folder / key)

    def get(self, key: str) -> bytes:
        if not is_key(key):
            raise gone()
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            raise gone() from None

    def delete(self, key: str) -> None:
        if is_key(key):
            (self._folder / key).unlink(missing_ok=True)
            (self._folder / (key + _DRAFT)).unlink(missing_ok=True)

    def names(self, older_than: timedelta | None = None) -> Iterator[str]:
        """Drafts that a crash left too, which nothing else would erase."""
        if not self._folder.is_dir():
            return
        limit = inf if older_than is None else modified_before(self._folder, older_than)
        for path in sorted(self._folder.iterdir()):
            key = path.name.removesuffix(_DRAFT)
            if is_key(key) and path.stat().st_mtime < limit:
                yield key
