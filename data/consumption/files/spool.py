"""Spool a parsed file to disk by parts, so that each can be loaded alone.

The portal writes it in a private folder, for its own version only: a spool that cannot be loaded is
ignored, and the file is parsed again.
"""

import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import PortalError, Unavailable, Unreadable
from data.consumption.files import read
from data.consumption.types import PceDelivery, ReadingsFile
from data.runs.files import read_kept

MOST_DAYS = 1200  # of a PCE stored in one transaction: three years of them take some 50 ms
DRAFT = ".draft"
_LENGTH = 8  # octets that say where the head begins


class NoSpoolError(Exception):
    """There is none, or one that cannot be used: the file is to be read again."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """A kept file to be read on the day *today*, both as text for a process."""

    folder: str
    stored_name: str
    sha256: str
    name: str
    today: str


@dataclass(frozen=True, slots=True)
class SpoolPart:
    """Where a part is in the file; `opens` says that it is the first one of its PCE."""

    pce: str | None
    opens: bool
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Spool:
    """What was read: `file` without its deliveries, and the place of each part of them."""

    path: Path
    file: ReadingsFile
    parts: tuple[SpoolPart, ...]

    def load(self, place: int) -> PceDelivery:
        """The part at *place*. Raises NoSpoolError when it can no longer be loaded."""
        part = self.parts[place]
        try:
            with self.path.open("rb") as spooled:
                spooled.seek(part.offset)
                delivery = pickle.loads(spooled.read(part.size))  # noqa: S301 (written below)
        except Exception as error:
            raise NoSpoolError from error
        if not isinstance(delivery, PceDelivery):
            raise NoSpoolError
        return delivery


def spools_of(var: Path) -> Path:
    """Where the files of a portal are kept once read, until they are stored."""
    return var / "reading"


def spool_file(path: Path, deposited: Deposited) -> None:
    """Read a kept file and keep at *path* what it says, or why it is refused.

    Raises Unavailable when the machine had no time for it.
    """
    today = date.fromisoformat(deposited.today)
    try:
        content = read_kept(Path(deposited.folder), deposited.stored_name, deposited.sha256)
        file = read(deposited.name, content, today=today)
    except Unavailable:
        raise
    except PortalError as refused:
        write_refusal(path, refused)
    else:
        write_spool(path, file)


def write_spool(path: Path, file: ReadingsFile) -> None:
    """Keep *file* at *path*: whole or not at all."""
    parts: list[SpoolPart] = []
    draft = _draft(path)
    with draft.open("wb") as spooled:
        for delivery in file.deliveries:
            for number, piece in enumerate(split(delivery)):
                offset = spooled.tell()
                size = spooled.write(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
                parts.append(SpoolPart(piece.pce, number == 0, offset, size))
        _end(spooled, (replace(file, deliveries=()), tuple(parts)))
    draft.replace(path)


def write_refusal(path: Path, refusal: PortalError) -> None:
    """Keep at *path* why the file cannot be taken."""
    draft = _draft(path)
    with draft.open("wb") as spooled:
        _end(spooled, (refusal.message, dict(refusal.params)))
    draft.replace(path)


def open_spool(path: Path) -> Spool:
    """What was read, kept at *path*. Raises NoSpoolError, or Unreadable when it was refused."""
    try:
        with path.open("rb") as spooled:
            spooled.seek(-_LENGTH, os.SEEK_END)
            spooled.seek(int.from_bytes(spooled.read(_LENGTH), "big"))
            head, rest = pickle.load(spooled)  # noqa: S301 (written above)
    except Exception as error:
        raise NoSpoolError from error
    if isinstance(head, str):
        raise Unreadable(head, **rest)
    if not isinstance(head, ReadingsFile):
        raise NoSpoolError
    return Spool(path, head, rest)


def split(delivery: PceDelivery) -> Iterator[PceDelivery]:
    """*delivery* by at most MOST_DAYS days; what is not days comes with the last part.

    To store the parts one after the other is the same as to store the whole.
    """
    days = delivery.days
    last = max(0, (len(days) - 1) // MOST_DAYS * MOST_DAYS)
    for start in range(0, last, MOST_DAYS):
        part = days[start : start + MOST_DAYS]
        yield replace(delivery, days=part, periods=(), temperatures=(), injections=())
    yield replace(delivery, days=days[last:])


def is_draft(name: str) -> bool:
    """Whether a file of that name is still being written."""
    return name.endswith(DRAFT)


def _draft(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.with_name(f"{path.name}.{os.getpid()}{DRAFT}")


def _end(spooled: Any, head: tuple[object, object]) -> None:  # noqa: ANN401 (a binary file)
    """Put the head last, once every part has its place, and where it begins after it."""
    begins = spooled.tell()
    pickle.dump(head, spooled, pickle.HIGHEST_PROTOCOL)
    spooled.write(begins.to_bytes(_LENGTH, "big"))
