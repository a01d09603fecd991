"""Create the portal's secret once and keep it in a file."""

import secrets
from pathlib import Path

from core.durable_files import create_file


def kept_secret(path: Path, size: int) -> str:
    """Return the secret stored in `path`; create it with `size` random bytes if missing.

    It is on disk before anything is sealed with it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        create_file(path, secrets.token_urlsafe(size).encode())
    return path.read_text(encoding="utf8").strip()
