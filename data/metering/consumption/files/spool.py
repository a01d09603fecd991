"""Spool a parsed file to disk by parts, so that each can be loaded alone.

The portal writes it in a private folder, for its own version only: a spool that cannot be loaded is
ignored, and the file is parsed again.
"""

import os
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.errors import PortalError, Unavailable, Unreadable
from data.metering.consumption.files import read
from data.metering.consumption.types import PceDelivery, ReadingsFile
from data.runs.files import read_kept

MOST_DAYS = 1200  # of a PCE stored in one transaction: three years take some 50 ms
DRAFT = ".draft"
_AS_WRITTEN: Mapping[str, str] = MappingProxyType({})
_LENGTH = 8  # bytes of the trailing offset of the head


class NoSpoolError(Exception):
    """Raised when a spool is missing or unusable: the file must be parsed again."""


@dataclass(frozen=True, slots=True)
class Deposited:
    """The stored file to parse, and the date `today`, as strings to pass to a process."""

    folder: str
    stored_name: str
    sha256: str
    name: str
    today: str
    uses: Mapping[str, str] = field(default_factory=dict)  # of columns, said by a person


@dataclass(frozen=True, slots=True)
class SpoolPart:
    """The place of a part in the spool; `opens` marks the first part of its PCE."""

    pce: str | None
    opens: bool
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Spool:
    """A parsed file: `file` without its deliveries, and the place of each of their parts."""

    path: Path
    file: ReadingsFile
    parts: tuple[SpoolPart, ...]

    def load(self, place: int) -> PceDelivery:
        """Load the part at index `place`; raise NoSpoolError when it cannot be loaded."""
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
    """Return the folder where parsed files wait to be stored."""
    return var / "reading"


def spool_file(path: Path, deposited: Deposited) -> None:
    """Parse a stored file and write the result, or the reason of refusal, at `path`.

    Raise Unavailable when the machine had no time for it.
    """
    today = date.fromisoformat(deposited.today)
    try:
        content = read_kept(Path(deposited.folder), deposited.stored_name, deposited.sha256)
        uses = {int(place): use for place, use in deposited.uses.items()}
        file = read(deposited.name, content, today=today, uses=uses)
    except Unavailable:
        raise
    except PortalError as refused:
        write_refusal(path, refused, deposited.uses)
    else:
        write_spool(path, file, deposited.uses)


def write_spool(path: Path, file: ReadingsFile, uses: Mapping[str, str] = _AS_WRITTEN) -> None:
    """Write `file`, parsed with the columns of `uses`, at `path` atomically."""
    parts: list[SpoolPart] = []
    draft = _draft(path)
    with draft.open("wb") as spooled:
        for delivery in file.deliveries:
            for number, piece in enumerate(split(delivery)):
                offset = spooled.tell()
                size = spooled.write(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
                parts.append(SpoolPart(piece.pce, number == 0, offset, size))
        _end(spooled, (replace(file, deliveries=()), tuple(parts), dict(uses)))
    draft.replace(path)


def write_refusal(path: Path, refusal: PortalError, uses: Mapping[str, str] = _AS_WRITTEN) -> None:
    """Write the reason of refusal at `path`."""
    draft = _draft(path)
    with draft.open("wb") as spooled:
        _end(spooled, (refusal.message, dict(refusal.params), dict(uses)))
    draft.replace(path)


def open_spool(path: Path, uses: Mapping[str, str] = _AS_WRITTEN) -> Spool:
    """Open the spool at `path` if it was parsed with the columns of `uses`.

    Raise NoSpoolError, or Unreadable when the file was refused.
    """
    try:
        with path.open("rb") as spooled:
            spooled.seek(-_LENGTH, os.SEEK_END)
            spooled.seek(int.from_bytes(spooled.read(_LENGTH), "big"))
            head, rest, read_uses = pickle.load(spooled)  # noqa: S301 (written above)
    except Exception as error:
        raise NoSpoolError from error
    if read_uses != uses:
        raise NoSpoolError
    if isinstance(head, str):
        raise Unreadable(head, **rest)
    if not isinstance(head, ReadingsFile):
        raise NoSpoolError
    return Spool(path, head, rest)


def split(delivery: PceDelivery) -> Iterator[PceDelivery]:
    """Split `delivery` into parts of at most MOST_DAYS days; the last holds all that is not days.

    Storing the parts one after the other gives the same result as storing the whole.
    """
    days = delivery.days
    last = max(0, (len(days) - 1) // MOST_DAYS * MOST_DAYS)
    for start in range(0, last, MOST_DAYS):
        part = days[start : start + MOST_DAYS]
        yield replace(delivery, days=part, periods=(), temperatures=(), injections=())
    yield replace(delivery, days=days[last:])


def is_draft(name: str) -> bool:
    """Return whether a file of that name is still being written."""
    return name.endswith(DRAFT)


def _draft(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.with_name(f"{path.name}.{os.getpid()}{DRAFT}")


def _end(spooled: Any, head: tuple[object, ...]) -> None:  # noqa: ANN401 (a binary file)
    """Write the head after the parts, since it holds their offsets, then the offset of the head."""
    begins = spooled.tell()
    pickle.dump(head, spooled, pickle.HIGHEST_PROTOCOL)
    spooled.write(begins.to_bytes(_LENGTH, "big"))
