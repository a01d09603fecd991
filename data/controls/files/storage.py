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
    """Stores bytes under random keys; raises Unavailable when the place does not answer."""

    def put_object(self, content: bytes) -> str:
        """Store `content` durably and return its key."""

    def put_as(self, key: str, content: bytes) -> None:
        """Store `content` under the `key` of another store; repeating it is harmless."""

    def get(self, key: str) -> bytes:
        """Return the content of a key; raise Unreadable without it."""

    def delete(self, key: str) -> None:
        """Delete a key, if present."""

    def names(self, older_than: timedelta | None = None) -> Iterator[str]:
        """List the stored keys, or those older than `older_than` by the store's own clock.

        Newer ones may belong to a transaction in progress.
        """


def folder_of(var: Path, place: str = PROOFS) -> Path:
    """Return the folder of pieces, when they are not in a bucket."""
    return var / place


def storage_at(url: str, var: Path, place: str = PROOFS) -> Storage:
    """Return the storage at `url` (see `s3.py`), a folder of `var` when it is empty.

    Contracts have their own `place`, so that orphans are deleted in each.
    """
    if not url:
        return Folder(folder_of(var, place))
    from data.controls.files.s3 import S3Storage

    return S3Storage(url if place == PROOFS else _beside(url, place))


def _beside(url: str, place: str) -> str:
    """Return `…/bucket/folder-contracts`, or `…/bucket/contracts` without a folder."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    joint = "-" if path.strip("/").count("/") else "/"
    return parts._replace(path=f"{path}{joint}{place}").geturl()


def new_key() -> str:
    return secrets.token_hex(16)


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def digest_of(content: bytes) -> str:
    """Return the SHA-256 stored with a piece."""
    return hashlib.sha256(content).hexdigest()


def gone() -> Unreadable:
    return Unreadable(N_("Cette pièce n’est plus dans le stockage : déposez-la à nouveau."))


def read_piece(storage: Storage, key: str, sha256: str) -> bytes:
    """Return the content of a piece; raise Unreadable when it is missing or altered."""
    content = storage.get(key)
    if digest_of(content) != sha256:
        raise Unreadable(N_("Cette pièce a été abîmée dans le stockage : déposez-la à nouveau."))
    return content


class Folder:
    """A local folder; a file gets its name only once it is complete on disk."""

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
        """List keys, including drafts left by a crash."""
        if not self._folder.is_dir():
            return
        limit = inf if older_than is None else modified_before(self._folder, older_than)
        for path in sorted(self._folder.iterdir()):
            key = path.name.removesuffix(_DRAFT)
            if is_key(key) and path.stat().st_mtime < limit:
                yield key
