"""A secret of this portal, made once and kept in a file."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from data.durable import sync_folder


def kept_secret(path: Path, size: int) -> str:
    """Read a secret kept in *path*, or make one of *size* random bytes there, once.

    It is linked into place whole, so that a second process never reads half of it, and is on the
    disk before anything is sealed with it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(size))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        sync_folder(path.parent)
    return path.read_text(encoding="utf8").strip()
