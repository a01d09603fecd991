"""Write files that survive a power cut: contents and directory entries."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Flush the directory entries of `folder` to disk; the fsync of a file may not do that."""
    listing = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)


def sync_file(path: Path) -> None:
    """Flush the contents of `path` to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def put_in_place(draft: Path, target: Path) -> None:
    """Rename a complete `draft` to `target`; neither is lost in a power cut."""
    sync_file(draft)
    draft.replace(target)
    sync_folder(target.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write the private file `path`, whole or not at all, so that it survives a power cut."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    put_in_place(draft, path)


def create_file(path: Path, content: bytes) -> None:
    """Write the private file `path` unless it exists; no other process reads half of it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    sync_file(draft)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a private `folder` that survives a power cut; do nothing if it exists."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sync_folder(folder.parent)
