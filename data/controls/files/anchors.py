"""Record the head of the journal outside its database, to detect a truncated end."""

import hmac
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from core.durable_files import sync_folder, write_file

NAME = "journal-anchors"
Anchor = tuple[int, str]  # number of an entry, and its hash


class Anchors:
    """A file with a line for each night, authenticated by the portal's `secret`; mode 600."""

    def __init__(self, var: Path, secret: str) -> None:
        self._path, self._key = var / NAME, b"journal anchor " + secret.encode()

    def read(self) -> Iterator[Anchor | None]:
        """Yield the anchors, oldest first; None for a line with a wrong HMAC."""
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8", "replace").splitlines():
            payload, _space, sum_ = line.rpartition(" ")
            words = payload.split(" ")
            is_authentic = hmac.compare_digest(self.mac(payload).encode(), sum_.encode())
            yield (int(words[0]), words[1]) if is_authentic else None

    def add(self, anchor: Anchor, at: datetime) -> None:
        """Append the journal's head, unless the last line is equal."""
        if anchor in list(self.read())[-1:]:
            return
        payload = f"{anchor[0]} {anchor[1]} {at.isoformat()}"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(opened, "a", encoding="utf-8") as file:
            file.write(f"{payload} {self.mac(payload)}\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._path.parent)

    def sign_again(self, new: "Anchors") -> None:
        """Rewrite the file with the HMACs of `new`, which has another secret.

        A line with an invalid HMAC is kept, so that verification reports it.
        """
        if not self._path.exists():
            return
        lines: list[str] = []
        for line in self._path.read_text("utf-8", "replace").splitlines():
            payload, _space, sum_ = line.rpartition(" ")
            is_authentic = hmac.compare_digest(self.mac(payload).encode(), sum_.encode())
            lines.append(f"{payload} {new.mac(payload)}\n" if is_authentic else f"{line}\n")
        write_file(self._path, "".join(lines).encode())

    def mac(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), "sha256").hexdigest()
