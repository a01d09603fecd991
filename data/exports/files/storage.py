"""Store export files: a draft while written, then a random name outside the web root."""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from core.durable_files import make_folder, put_in_place
from data.exports.types import ExportOrder

_DRAFTS = "making"


def folder_of(var: Path) -> Path:
    """Return the folder of a portal's exports."""
    return var / "exports"


def path_of(folder: Path, stored_name: str) -> Path:
    return folder / stored_name


def forget(folder: Path, stored_name: str) -> None:
    if stored_name:
        path_of(folder, stored_name).unlink(missing_ok=True)


class ExportDraft:
    """A file in preparation, in its own folder, not offered to anybody."""

    def __init__(self, folder: Path, export: ExportOrder) -> None:
        self._folder = folder
        self._place = folder / _DRAFTS / f"{export.id}-{secrets.token_hex(8)}"
        self._sweep(export.id)
        make_folder(folder)
        self._place.mkdir(parents=True, mode=0o700)
        self.path = self._place / "draft"

    def _sweep(self, export_id: int) -> None:
        """Remove leftovers of killed jobs for the same export; a concurrent one then fails."""
        for leftover in (self._folder / _DRAFTS).glob(f"{export_id}-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def keep(self) -> tuple[str, int, str]:
        """Move the file to its place under a random name; return name, size and SHA-256."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
        name = secrets.token_hex(16)
        self.path.chmod(0o600)
        put_in_place(self.path, self._folder / name)
        return name, size, digest

    def drop(self) -> None:
        """Remove the draft's folder; a stored file is unaffected."""
        shutil.rmtree(self._place, ignore_errors=True)


def drop_dead(folder: Path, before: float) -> int:
    """Delete drafts last modified before `before` (a timestamp); return how many."""
    place = folder / _DRAFTS
    drafts = list(place.iterdir()) if place.is_dir() else []
    dead = [draft for draft in drafts if _touched(draft) < before]
    for draft in dead:
        shutil.rmtree(draft, ignore_errors=True)
    return len(dead)


def _touched(draft: Path) -> float:
    return max((path.stat().st_mtime for path in (draft, *draft.iterdir())), default=0)


def names_in(folder: Path) -> dict[str, Path]:
    """Return the stored files by name."""
    return (
        {path.name: path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}
    )
