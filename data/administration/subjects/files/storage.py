"""Store archives under random names outside the web root, for their owner only."""

import hashlib
import os
import secrets
from pathlib import Path

from core.durable_files import make_folder, put_in_place

_DRAFT = ".draft-"


def folder_of(var: Path) -> Path:
    return var / "subjects"


def path_of(folder: Path, stored_name: str) -> Path:
    return folder / stored_name


def draft_in(folder: Path) -> Path:
    """Return the path of a temporary file for an unfinished archive."""
    make_folder(folder)
    return folder / f"{_DRAFT}{secrets.token_hex(8)}"


def keep(draft: Path) -> tuple[str, int, str]:
    """Move a finished archive into place; return its name, size in bytes and SHA-256."""
    draft.chmod(0o600)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = os.fstat(file.fileno()).st_size
    name = secrets.token_hex(16)
    put_in_place(draft, draft.with_name(name))
    return name, size, digest


def forget(folder: Path, name: str) -> None:
    path_of(folder, name).unlink(missing_ok=True)


def names_in(folder: Path) -> dict[str, Path]:
    """Return the files in the folder by name, including drafts left by a crash."""
    return {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
